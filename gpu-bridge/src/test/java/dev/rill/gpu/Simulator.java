package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.NativeLibrary;
import dev.rill.gpu.internal.NativeLibraryLoader;
import java.util.Optional;

/** What the stand-in for the CUDA driver can be asked and told; see {@code simulator.c}. */
final class Simulator {
    private final NativeLibrary library;
    private final long liveBefore;

    private Simulator(final NativeLibrary library) {
        this.library = library;
        reset();
        liveBefore = live();
    }

    /** Skips, with the reason, where there is none: without a C compiler, or on a host whose real driver is tested. */
    static Simulator assumePresent() {
        final Optional<DeviceInfo> device =
            Bridge.devices().stream().filter(each -> "simulator".equals(each.kind())).findFirst();
        if (device.isEmpty()) {
            System.out.println("skipped: no simulator of the CUDA driver among " + Bridge.devices());
        }
        assumeTrue(device.isPresent(), "no simulator of the CUDA driver");
        return new Simulator(NativeLibrary.getInstance(System.getProperty(NativeLibraryLoader.DRIVER_PROPERTY)));
    }

    /** Calls of a function of the driver; {@code kernel}: kernels run; {@code all}: all calls. */
    long count(final String name) {
        return (Long) library.getFunction("rill_simulator_count").invoke(Long.class, new Object[] {name});
    }

    /** Things of the driver that were made and not destroyed, contexts in use included. */
    long live() {
        return count("live");
    }

    /** Forgets what was scripted, and checks that everything has been destroyed since this was made. */
    void assertNothingLeft() {
        reset();
        assertThat(live()).as("things of the driver that were not destroyed").isEqualTo(liveBefore);
    }

    /** The n-th next call fails. */
    void fault(final String name, final long n, final int code) {
        final int known =
            library.getFunction("rill_simulator_fault").invokeInt(new Object[] {name, n, code});
        if (known != 0) {
            throw new IllegalArgumentException("no function " + name);
        }
    }

    void writes64(final boolean can) {
        library.getFunction("rill_simulator_write_64").invokeVoid(new Object[] {can ? 1 : 0});
    }

    void reset() {
        library.getFunction("rill_simulator_reset").invokeVoid(new Object[0]);
    }
}
