/** Records over grams: the library's API. */
module io.packetfs.records {
    requires transitive io.packetfs.endpoint;
    requires org.jctools.core;
    requires org.jctools.core.jdk11;

    exports io.packetfs.records;
}
