package dev.rill.harness;

import dev.rill.gpu.Bridge;
import dev.rill.gpu.DeviceInfo;
import dev.rill.jobs.session.Json;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rill devices}: what could run models here, and why what cannot does not. */
@Command(
    name = "devices", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Lists the devices that could run models on this machine, with the reason for each that cannot.",
    footer = {"", "Name one with --device. auto takes a GPU, else cpu, else java."})
final class DevicesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        final List<DeviceInfo> devices = Bridge.devices();
        if (json) {
            out.println(new String(Json.writeIndented(Map.of("devices", documents(devices))), StandardCharsets.UTF_8));
        } else {
            devices.forEach(device -> print(out, device));
        }
        out.flush();
        return ExitCode.DONE;
    }

    private static void print(final PrintWriter out, final DeviceInfo device) {
        out.printf("%-12s %-10s %s%n", device.name(), device.usable() ? "usable" : "refused", device.description());
        out.printf("%-23s %s%n", "",
            device.usable() ? String.join(" ", new TreeSet<>(device.capabilities())) : device.refusal());
    }

    private static List<Map<String, Object>> documents(final List<DeviceInfo> devices) {
        final List<Map<String, Object>> documents = new ArrayList<>();
        for (final DeviceInfo device : devices) {
            final Map<String, Object> document = new LinkedHashMap<>();
            document.put("name", device.name());
            document.put("kind", device.kind());
            document.put("usable", device.usable());
            document.put("description", device.description());
            document.put("capabilities", new TreeSet<>(device.capabilities()));
            document.put("refusal", device.refusal());
            documents.add(document);
        }
        return documents;
    }
}
