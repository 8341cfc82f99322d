/** Every call the project makes into the Linux kernel. */
module io.packetfs.linux {
    exports io.packetfs.linux;
}
