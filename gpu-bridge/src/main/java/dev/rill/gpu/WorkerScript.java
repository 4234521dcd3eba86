package dev.rill.gpu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a Python file says of its model, found by {@code rill_worker.py --describe} without running the file.
 *
 * @param name        the file's, without its ending.
 * @param description first line of the file's documentation.
 * @param parameters  as it declares them.
 * @param batch       most frames that it takes at once, of all sessions in one process; 0 for one process each.
 */
record WorkerScript(String name, String description, List<ParameterSpec> parameters, int batch) {
    private static final int MAX_PARAMETERS = 13;
    private static final String MARK = "rill\t";

    /** Reads the file of a model. */
    static WorkerScript read(final WorkerContext context) {
        try (WorkerFolder folder = WorkerFolder.create()) {
            return parse(context, describe(context, folder));
        } catch (final IOException ex) {
            throw new IllegalArgumentException(refusal(context, ex.getMessage()));
        }
    }

    private static List<String> describe(final WorkerContext context, final WorkerFolder folder) throws IOException {
        final Path out = folder.path().resolve("out");
        final Path err = folder.path().resolve("err");
        final ProcessBuilder builder = new ProcessBuilder(
            context.python(), folder.program().toString(), "--describe", context.script().toString());
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        WorkerProcess.environment(builder);
        final Process process = builder.start();
        try {
            if (!process.waitFor(context.startTimeoutNs(), TimeUnit.NANOSECONDS)) {
                throw new IOException("'" + context.python() + "' did not describe it within startTimeoutNs="
                    + context.startTimeoutNs());
            }
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while it was described");
        } finally {
            process.destroyForcibly();
        }
        final List<String> lines = lines(out).stream().filter(line -> line.startsWith(MARK)).toList();
        if (process.exitValue() != 0 || lines.isEmpty()) {
            final List<String> said = lines(err);
            throw new IOException(said.isEmpty() ? "'" + context.python() + "' ended with exit code "
                + process.exitValue() : said.get(said.size() - 1));
        }
        return lines;
    }

    private static List<String> lines(final Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank())
            .toList();
    }

    private static WorkerScript parse(final WorkerContext context, final List<String> lines) {
        final String file = context.script().getFileName().toString();
        String description = "";
        int batch = 0;
        final List<ParameterSpec> parameters = new ArrayList<>();
        for (final String line : lines) {
            final String[] fields = line.substring(MARK.length()).split("\t", -1);
            switch (fields[0]) {
                case "description" -> description = fields[1];
                case "batch" -> batch = Integer.parseInt(fields[1]);
                default -> parameters.add(parameter(context, fields));
            }
        }
        if (parameters.size() > MAX_PARAMETERS) {
            throw new IllegalArgumentException(refusal(context,
                parameters.size() + " parameters, expected at most " + MAX_PARAMETERS));
        }
        return new WorkerScript(file.substring(0, file.length() - 3), description, parameters, batch);
    }

    private static ParameterSpec parameter(final WorkerContext context, final String[] fields) {
        final double minimum = Double.parseDouble(fields[2]);
        final double maximum = Double.parseDouble(fields[3]);
        final double value = Double.parseDouble(fields[4]);
        if (!(minimum <= value && value <= maximum) || Double.isInfinite(minimum) || Double.isInfinite(maximum)) {
            throw new IllegalArgumentException(refusal(context, "parameter '" + fields[1] + "': " + minimum + " to "
                + maximum + ", default " + value + ", expected finite numbers and the default between them"));
        }
        return new ParameterSpec(fields[1], minimum, maximum, value, fields[5]);
    }

    private static String refusal(final WorkerContext context, final String reason) {
        return "model file '" + context.script() + "': " + reason;
    }
}
