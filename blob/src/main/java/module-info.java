/** The shared memory that descriptors address. */
module io.packetfs.blob {
    requires io.packetfs.linux;
    requires static com.dynatrace.hash4j;
    requires transitive io.packetfs.protocol;

    exports io.packetfs.blob;
    exports io.packetfs.blob.chunk;
}
