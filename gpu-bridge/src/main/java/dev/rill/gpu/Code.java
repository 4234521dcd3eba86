package dev.rill.gpu;

/** Result codes of devices beyond those of {@link BridgeSession}; the same numbers as in {@code rill.h}. */
final class Code {
    static final int BAD_ARGUMENT = -7;
    static final int BAD_HANDLE = -8;
    static final int BUSY = -9;
    static final int TIMEOUT = -10;
    static final int NO_MEMORY = -11;
    static final int UNSUPPORTED = -12;
    static final int BAD_TICKET = -13;
    static final int BAD_PARAMETER = -14;

    private Code() {
    }
}
