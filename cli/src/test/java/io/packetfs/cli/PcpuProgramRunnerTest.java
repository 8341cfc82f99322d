package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.blob.Blob;
import io.packetfs.blob.BlobException;
import io.packetfs.blob.BlobPages;
import io.packetfs.blob.SeededBytes;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.transfer.ProgramAnswer;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PcpuProgramRunnerTest {
    private Blob blob;
    private PcpuProgramRunner runner;

    @BeforeEach
    void open() throws BlobException {
        blob = Blob.anonymous(1 << 20, BlobPages.AUTO);
        byte[] text = "123456789".getBytes(StandardCharsets.US_ASCII);
        blob.write(5_000, text, 0, text.length);
        runner = new PcpuProgramRunner(blob);
    }

    @AfterEach
    void close() {
        runner.close();
        blob.close();
    }

    @Test
    void answersWithWhatTheProgramFound() {
        DescriptorList descriptors = new DescriptorList().add(5_000, 5).add(5_005, 4);

        assertThat(runner.run("crc32c,counteq:51,min,max", descriptors))
                .isEqualTo(ProgramAnswer.done("crc32c=e3069283 counteq:51=1 min=49 max=57"));
    }

    @Test
    void refusesWhatAPeerMayNotDo() {
        DescriptorList some = new DescriptorList().add(0, 100);
        DescriptorList outside = new DescriptorList().add(1 << 20, 1);
        DescriptorList much = new DescriptorList();
        for (int i = 0; i < 100; i++) {
            much.add(0, 1 << 20);
        }

        assertThat(runner.run("xor:1", some).text()).contains("changes bytes, and the blob is open for reading");
        assertThat(runner.run("gather", some).text()).contains("the target has 0 bytes");
        assertThat(runner.run("reboot", some).text()).isEqualTo("operation 1 is unknown: 'reboot'");
        assertThat(runner.run("sum", outside).text()).contains("is outside the blob");
        assertThat(runner.run("sum", much).text()).contains("are allowed for 1 operations");
        assertThat(blob.memory().asSlice(0, 100).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    }

    @Test
    void anAnswerThatDoesNotFitIsRefused() {
        SeededBytes.fill(blob.memory(), 0, 1);

        assertThat(runner.run("histogram,histogram,histogram", new DescriptorList().add(0, 1 << 20)))
                .isEqualTo(ProgramAnswer.refused("the result does not fit an answer"));
    }
}
