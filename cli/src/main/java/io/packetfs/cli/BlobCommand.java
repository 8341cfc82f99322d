package io.packetfs.cli;

import io.packetfs.blob.BlobPages;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code pfs-udp blob}: memory that several processes share by name. */
@Command(
        name = "blob",
        description = "Makes, fills and checks blobs: memory that several processes share by name.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BlobCreateCommand.class,
            BlobFillCommand.class,
            BlobInfoCommand.class,
            BlobVerifyCommand.class,
            BlobIndexCommand.class
        })
final class BlobCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "one of create, fill, info, verify, index is missing");
    }

    /** Pages by their label. */
    static final class PagesConverter implements ITypeConverter<BlobPages> {
        @Override
        public BlobPages convert(String value) {
            try {
                return BlobPages.of(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
