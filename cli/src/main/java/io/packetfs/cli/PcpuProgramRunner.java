package io.packetfs.cli;

import io.packetfs.blob.Blob;
import io.packetfs.pcpu.Pcpu;
import io.packetfs.pcpu.Program;
import io.packetfs.pcpu.RefusedException;
import io.packetfs.pcpu.RunLimits;
import io.packetfs.pcpu.Schedule;
import io.packetfs.pcpu.Task;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.transfer.ProgramAnswer;
import io.packetfs.transfer.ProgramRunner;

/**
 * Runs a peer's programs on a pCPU, over a blob that stays as it is: what changes bytes, needs a target, or costs more than {@link
 * RunLimits#NETWORK} is refused. For threads see {@link ProgramRunner}; the blob is its owner's, who closes it after this.
 */
final class PcpuProgramRunner implements ProgramRunner, AutoCloseable {
    /** What an answer has room for (spec of transfers: SCH-4). */
    private static final int ANSWER_LENGTH_MAX = 1_024;

    private final Blob blob;
    private final Pcpu pcpu = new Pcpu(1, false);

    PcpuProgramRunner(Blob blob) {
        this.blob = blob;
    }

    @Override
    public ProgramAnswer run(String program, DescriptorList descriptors) {
        try {
            Task task = Task.admit(
                    Program.parse(program),
                    Schedule.of(descriptors),
                    blob.memory().asReadOnly(),
                    RunLimits.NETWORK);
            String found = pcpu.run(task).line();
            return found.length() > ANSWER_LENGTH_MAX
                    ? ProgramAnswer.refused("the result does not fit an answer")
                    : ProgramAnswer.done(found);
        } catch (RefusedException e) {
            return ProgramAnswer.refused(e.getMessage());
        }
    }

    @Override
    public void close() {
        pcpu.close();
    }
}
