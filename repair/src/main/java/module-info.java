/** What to send again, and when to ask. */
module io.packetfs.repair {
    requires transitive io.packetfs.ackwindow;

    exports io.packetfs.repair;
}
