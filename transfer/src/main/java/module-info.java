/** Files, directories and streams over grams. */
module io.packetfs.transfer {
    requires transitive io.packetfs.endpoint;
    requires transitive io.packetfs.blob;

    exports io.packetfs.transfer;
    exports io.packetfs.transfer.manifest;
    exports io.packetfs.transfer.record;
}
