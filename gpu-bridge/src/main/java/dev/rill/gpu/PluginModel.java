package dev.rill.gpu;

import dev.rill.gpu.internal.CompletionBlock;
import dev.rill.gpu.internal.NativeCalls;
import dev.rill.gpu.internal.NativeLibraryLoader;
import dev.rill.gpu.internal.RillNative;
import java.nio.file.Path;
import java.util.List;

/** Opens sessions of a model in a shared library, which is loaded while one of them is open. */
final class PluginModel implements ModelBackend {
    private final Path file;

    private PluginModel(final Path file) {
        this.file = file;
    }

    static Model of(final Path file) {
        if (!NativeLibraryLoader.refusal().isEmpty()) {
            throw new IllegalArgumentException("plug-in '" + file + "': " + NativeLibraryLoader.refusal());
        }
        final NativeCalls.Plugin plugin = NativeCalls.openPlugin(pathOf(file));
        if (plugin == null) {
            throw new IllegalArgumentException(NativeCalls.lastError());
        }
        try {
            return new Model(plugin.name(), plugin.description(), parametersOf(plugin), new PluginModel(file));
        } finally {
            RillNative.rill_plugin_close(plugin.handle());
        }
    }

    private static List<ParameterSpec> parametersOf(final NativeCalls.Plugin plugin) {
        return plugin.parameters().stream().map(parameter -> new ParameterSpec(parameter.name(), parameter.minimum(),
            parameter.maximum(), parameter.otherwise(), parameter.description())).toList();
    }

    /** The linker looks for names without a folder in its own ones. */
    private static String pathOf(final Path file) {
        return file.toAbsolutePath().toString();
    }

    @Override
    public DeviceSession open(
        final Bridge bridge, final Device device, final Model model, final FrameFormat format, final int window,
        final CompletionBlock block) {
        if (!(device instanceof NativeDevice)) {
            throw new BridgeException(Code.UNSUPPORTED, "model '" + model + "' is a plug-in: device '"
                + device.info().name() + "' does not load any, 'cpu' and 'cuda' do");
        }
        final NativeCalls.Plugin plugin = NativeCalls.openPlugin(pathOf(file));
        if (plugin == null) {
            throw new BridgeException(Code.UNSUPPORTED, "session " + model + " " + format + ": "
                + NativeCalls.lastError());
        }
        try {
            return ((NativeDevice) device).open(model, plugin.handle(), format, window, block);
        } catch (final BridgeException ex) {
            RillNative.rill_plugin_close(plugin.handle());
            throw ex;
        }
    }
}
