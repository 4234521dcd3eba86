package dev.rill.harness;

import dev.rill.gpu.OnnxExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rill example-model}: a small ONNX file to try {@code --model onnx:FILE} with. */
@Command(
    name = "example-model", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Writes a small model in the ONNX format: negative or style, each with a parameter strength.",
    footer = {
        "", "Example: rill example-model style --out style.onnx && rill demo --model onnx:style.onnx"})
final class ExampleModelCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME", description = "negative or style.")
    private String name;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where the model goes.")
    private Path out;

    @Override
    public Integer call() throws IOException {
        Usage.require(spec, OnnxExample.names().contains(name), "NAME", name, String.join(" or ", OnnxExample.names()));
        OutputFile.requireWritable(out);
        Files.write(out, OnnxExample.bytes(name));
        return ExitCode.DONE;
    }
}
