package dev.rill.gpu.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryLoaderTest {
    @TempDir
    private Path directory;

    @Test
    void shouldSayWhatIsMissingForAnotherPlatform() {
        assertThat(NativeLibraryLoader.load(null, "plan9-riscv64"))
            .startsWith("no librill.so for plan9-riscv64 is packaged");
    }

    @Test
    void shouldSayWhyAFileCannotBeLoaded() throws IOException {
        final Path garbage = Files.writeString(directory.resolve("librill.so"), "not a library");

        assertThat(NativeLibraryLoader.load(garbage.toString(), "linux-x86_64"))
            .startsWith("librill.so cannot be loaded: ").doesNotContain("\n");
        assertThat(NativeLibraryLoader.load(directory.resolve("absent.so").toString(), "linux-x86_64"))
            .startsWith("librill.so cannot be loaded: ").contains("absent.so");
    }

    @Test
    void shouldLoadOncePerClassLoaderAndLeaveNoFileBehind() throws Exception {
        NativeLibrary.assumePresent();
        assertThat(copies()).isEmpty();
        for (int i = 0; i < 2; i++) {
            final Class<?> loader = new Isolated().loadClass(NativeLibraryLoader.class.getName());
            final Method refusal = loader.getMethod("refusal");
            assertThat(loader).isNotSameAs(NativeLibraryLoader.class);
            assertThat(refusal.invoke(null)).isEqualTo("");
            final Class<?> functions = loader.getClassLoader().loadClass(RillNative.class.getName());
            assertThat(functions.getMethod("rill_abi_version").invoke(null)).isEqualTo(NativeLayout.ABI_VERSION);
        }
        assertThat(RillNative.rill_abi_version()).isEqualTo(NativeLayout.ABI_VERSION);
        assertThat(copies()).isEmpty();
    }

    @Test
    void shouldAgreeWithLibraryAboutLayouts() {
        NativeLibrary.assumePresent();
        assertThat(NativeLayout.difference()).isEmpty();
    }

    @Test
    void shouldNameTheFirstDifferenceOfLayouts() {
        final int[] expected = NativeLayout.expected();
        final ByteBuffer table =
            ByteBuffer.allocate(expected.length * Integer.BYTES).order(ByteOrder.nativeOrder());
        for (final int value : expected) {
            table.putInt(value);
        }
        assertThat(NativeLayout.difference(table, expected.length)).isEmpty();
        assertThat(NativeLayout.difference(table, expected.length + 1)).contains("layout entries");
        table.putInt(10 * Integer.BYTES, 100);
        assertThat(NativeLayout.difference(table, expected.length))
            .isEqualTo("sizeof format: library says 100, expected 96");
    }

    private static List<Path> copies() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith(NativeLibraryLoader.copyPrefix()))
                .toList();
        }
    }

    /** Defines this package again from the same class files. */
    private static final class Isolated extends ClassLoader {
        Isolated() {
            super(NativeLibraryLoaderTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.rill.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                final Class<?> loaded = findLoadedClass(name);
                return loaded == null ? define(name) : loaded;
            }
        }

        private Class<?> define(final String name) throws ClassNotFoundException {
            try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
                final byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (final IOException ex) {
                throw new ClassNotFoundException(name, ex);
            }
        }
    }
}
