package dev.rill.gpu.internal;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/**
 * Finds the native library, loads it and binds {@link RillNative} to it; at most once per class loader.
 * <p>
 * The library is a resource of the {@code native} module, copied to a temporary file of its own and deleted again as
 * soon as it is loaded (at exit where that fails), so that several class loaders and processes do not disturb each
 * other. The property {@value #LIBRARY_PROPERTY} names a file to load instead, for hosts whose temporary directory
 * does not allow execution.
 */
public final class NativeLibraryLoader {
    /** Path of a library file that takes the place of the packaged one. */
    public static final String LIBRARY_PROPERTY = "rill.native.library";

    /** Path of the CUDA driver's library; otherwise the loader of the system finds it. */
    public static final String DRIVER_PROPERTY = "rill.cuda.library";

    private static final List<String> KNOWN_PLATFORMS = List.of("linux-x86_64", "linux-aarch64");

    private NativeLibraryLoader() {
    }

    /**
     * Loads the library with the first call.
     *
     * @return empty when it is loaded, else why it cannot be, in one line; the same with every call.
     */
    public static String refusal() {
        return Holder.REFUSAL;
    }

    /** Operating system and processor as in resource names, such as {@code linux-x86_64}. */
    static String platform() {
        final String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).replace(' ', '-');
        final String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return system + "-" + ("amd64".equals(processor) ? "x86_64" : processor);
    }

    /** Loads the file that the property names, or else the resource of a platform. */
    static String load(final String file, final String platform) {
        try {
            return file == null || file.isEmpty() ? loadResource(platform) : bind(Path.of(file));
        } catch (final IOException ex) {
            return "librill.so cannot be copied to " + System.getProperty("java.io.tmpdir") + ": " + ex;
        } catch (final LinkageError ex) {
            return "librill.so cannot be loaded: " + firstLine(ex);
        }
    }

    private static String loadResource(final String platform) throws IOException {
        try (InputStream resource = open(platform)) {
            if (resource == null) {
                return "no librill.so for " + platform + " is packaged" + packagedInstead();
            }
            final Path copy = Files.createTempFile(copyPrefix(), ".so");
            copy.toFile().deleteOnExit();
            try {
                Files.copy(resource, copy, StandardCopyOption.REPLACE_EXISTING);
                return bind(copy);
            } finally {
                Files.deleteIfExists(copy);
            }
        }
    }

    /** Checks the version before anything is bound, so that a foreign library leaves no trace. */
    private static String bind(final Path file) {
        final NativeLibrary library = NativeLibrary.getInstance(file.toAbsolutePath().toString());
        final int version = library.getFunction("rill_abi_version").invokeInt(new Object[0]);
        if (version != NativeLayout.ABI_VERSION) {
            return "librill.so has ABI version " + version + ", expected " + NativeLayout.ABI_VERSION;
        }
        Native.register(RillNative.class, library);
        final String difference = NativeLayout.difference();
        return difference.isEmpty() ? "" : "librill.so and this jar disagree about layouts: " + difference;
    }

    /** Names the process, so that a copy that a crash left behind can be told from one in use. */
    static String copyPrefix() {
        return "librill-" + ProcessHandle.current().pid() + "-";
    }

    private static String packagedInstead() throws IOException {
        for (final String platform : KNOWN_PLATFORMS) {
            try (InputStream other = open(platform)) {
                if (other != null) {
                    return ", only for " + platform;
                }
            }
        }
        return ": it was built without a C compiler";
    }

    private static InputStream open(final String platform) {
        return NativeLibraryLoader.class.getResourceAsStream("/dev/rill/native/" + platform + "/librill.so");
    }

    private static String firstLine(final Throwable failure) {
        final String message = String.valueOf(failure.getMessage());
        final int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static final class Holder {
        static final String REFUSAL = loadAndChooseDriver();

        private static String loadAndChooseDriver() {
            final String refusal = load(System.getProperty(LIBRARY_PROPERTY), platform());
            final String driver = System.getProperty(DRIVER_PROPERTY, "");
            if (refusal.isEmpty() && !driver.isEmpty()) {
                NativeCalls.driverLibrary(driver);
            }
            return refusal;
        }
    }
}
