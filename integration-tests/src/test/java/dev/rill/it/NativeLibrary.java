package dev.rill.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rill.gpu.Bridge;
import dev.rill.gpu.DeviceInfo;

/** What some models need, and machines without a C compiler lack. */
final class NativeLibrary {
    private NativeLibrary() {
    }

    /** Skips, with the reason, where it is missing. */
    static void assumePresent() {
        final DeviceInfo cpu = Bridge.devices().get(0);
        if (!cpu.usable()) {
            System.out.println("skipped: " + cpu.refusal());
        }
        assumeTrue(cpu.usable(), cpu.refusal());
    }
}
