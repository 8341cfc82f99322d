package io.packetfs.cli;

import io.packetfs.cli.DoctorReport.Check;
import io.packetfs.cli.DoctorReport.Verdict;
import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pfs-udp doctor}: what this machine supports, and what to change. */
@Command(
        name = "doctor",
        description = "Says what this machine supports, and what to change.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
    @Option(
            names = "--json",
            paramLabel = "FILE|-",
            description = "Write the findings as JSON, too; - is standard output.")
    private String json;

    @Option(
            names = "--color",
            paramLabel = "auto|always|never",
            defaultValue = "auto",
            description = "Colours in what is shown on standard error.")
    private OutputOptions.Color color;

    @Override
    public Integer call() {
        Terminal terminal = new Terminal(System.err, color);
        List<Check> checks = DoctorReport.examine();
        int width =
                checks.stream().mapToInt(check -> check.name().length()).max().orElse(0);
        for (Check check : checks) {
            terminal.line(
                    String.format("%-6s %-" + width + "s  %s", mark(check.verdict()), check.name(), check.value()));
            if (!check.hint().isEmpty()) {
                terminal.line(" ".repeat(width + 9) + check.hint());
            }
        }
        try {
            if (json != null) {
                JsonFile.write(json, tree(checks), System.out);
            }
            return ExitCode.OK.number();
        } catch (IOException e) {
            terminal.error("cannot write " + json + ": " + Texts.reason(e));
            return ExitCode.LOCAL_IO.number();
        }
    }

    private static String mark(Verdict verdict) {
        return switch (verdict) {
            case GOOD -> "ok";
            case BETTER -> "better";
            case MISSING -> "no";
        };
    }

    private static Map<String, Object> tree(List<Check> checks) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Check check : checks) {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("name", check.name());
            each.put("verdict", check.verdict().name().toLowerCase(Locale.ROOT));
            each.put("value", check.value());
            each.put("hint", check.hint().isEmpty() ? null : check.hint());
            list.add(each);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("schema", "pfs-udp.doctor/1");
        tree.put("version", PfsUdp.version());
        tree.put("checks", list);
        tree.put("host", HostFacts.host(null));
        return tree;
    }
}
