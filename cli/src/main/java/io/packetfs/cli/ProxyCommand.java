package io.packetfs.cli;

import io.packetfs.proxy.ControlApi;
import io.packetfs.proxy.ImpairmentProxy;
import io.packetfs.proxy.ProxyException;
import io.packetfs.proxy.ProxyLimits;
import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pfs-udp proxy}: an impairment proxy that Toxiproxy's clients drive, until it is told to stop. */
@Command(
        name = "proxy",
        description = {
            "An impairment proxy for TCP and UDP that speaks Toxiproxy's HTTP API.",
            "Prints where the API listens, serves until SIGINT or SIGTERM, and leaves with 0. docs/proxy.md says what each toxic does."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ProxyCommand extends ReportCommand {
    private static final long CHECK_MS = 20;
    private static final double NS_PER_SECOND = 1e9;

    @Option(
            names = {"--api", "--listen"},
            paramLabel = "HOST:PORT",
            converter = RecvCommand.HostPortConverter.class,
            description =
                    "Where the API listens; port 0 for any free one (default: 127.0.0.1:" + ControlApi.PORT_DEFAULT
                            + "). Whoever reaches it can make this machine listen and connect anywhere.")
    private HostPort api = new HostPort("", ControlApi.PORT_DEFAULT);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Proxies to begin with: a JSON array of objects with name, listen, upstream, enabled.")
    private Path config;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "The same seed picks the same connections and loses the same datagrams (default ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    protected String schema() {
        return "pfs-udp.proxy/1";
    }

    @Override
    protected ExitCode run(Map<String, Object> report) throws CommandException {
        report.put("seed", seed);
        InetSocketAddress address = apiAddress();
        long startNs = System.nanoTime();
        try (ImpairmentProxy proxy = ImpairmentProxy.start(ProxyLimits.DEFAULT, seed)) {
            populate(proxy);
            try (ControlApi control = ControlApi.start(proxy, address, PfsUdp.version())) {
                String listening = text(control.address());
                report.put("api", listening);
                warnIfOpen(control.address());
                System.out.println("api " + listening);
                System.out.flush();
                while (signals().received() == 0) {
                    Thread.sleep(CHECK_MS);
                }
            } finally {
                report.put("duration_s", (System.nanoTime() - startNs) / NS_PER_SECOND);
                report.put("connections_refused", proxy.connectionsRefused());
            }
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_IO, "api_failed", "cannot listen on " + text(address) + ": " + Texts.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    /** Without a host, this machine only: whoever wants more has to say so. */
    private InetSocketAddress apiAddress() throws CommandException {
        if (!api.host().isEmpty()) {
            return api.resolve(ControlApi.PORT_DEFAULT);
        }
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), api.port() < 0 ? ControlApi.PORT_DEFAULT : api.port());
    }

    private void populate(ImpairmentProxy proxy) throws CommandException {
        if (config == null) {
            return;
        }
        try {
            for (String line : proxy.populate(Files.readString(config))) {
                say(line);
            }
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_IO, "config_unreadable", "cannot read " + config + ": " + Texts.reason(e));
        } catch (ProxyException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "config_failed", config + ": " + e.getMessage());
        }
    }

    private void warnIfOpen(InetSocketAddress address) {
        if (!address.getAddress().isLoopbackAddress()) {
            say("the API is open to others: whoever reaches " + text(address)
                    + " can make this machine listen and connect anywhere");
        }
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
