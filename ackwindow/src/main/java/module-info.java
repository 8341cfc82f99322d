/** What has arrived, what is lost, and how fast to send. */
module io.packetfs.ackwindow {
    exports io.packetfs.ackwindow;

    requires transitive io.packetfs.protocol;
}
