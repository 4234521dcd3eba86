package dev.rill.gpu;

import java.util.Set;

/**
 * One entry of the device list.
 *
 * @param name         what {@link BridgeContext#device(String)} takes: {@code cpu} or {@code java}.
 * @param kind         {@code cpu} for both at present.
 * @param description  one line for people.
 * @param usable       whether a bridge can be launched on it.
 * @param refusal      why it is not usable; empty when it is.
 * @param capabilities what it can do, such as {@code i420}, {@code nv12}, {@code native}.
 */
public record DeviceInfo(
    String name,
    String kind,
    String description,
    boolean usable,
    String refusal,
    Set<String> capabilities) {

    /** Copies the capabilities, so that a device entry never changes. */
    public DeviceInfo {
        capabilities = Set.copyOf(capabilities);
    }
}
