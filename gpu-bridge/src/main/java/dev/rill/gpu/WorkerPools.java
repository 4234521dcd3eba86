package dev.rill.gpu;

/**
 * Which pools a process has mapped, under which tags. There are few tags, so that a process does not keep the memory of
 * pools that are gone: a new pool takes the tag of the one that was not used for longest. One thread at a time.
 */
final class WorkerPools {
    /** Nothing was shared; for now, or for good. */
    static final int NONE = 0;

    private static final int FIRST_TAG = 1;
    private static final int TAGS = 8;

    private final WorkerLink link;
    private final NativeMemory[] memories = new NativeMemory[TAGS];
    private final long[] lastTickets = new long[TAGS];
    private int code;

    WorkerPools(final WorkerLink link) {
        this.link = link;
    }

    /**
     * Finds, or makes, the tag of a slot's pool.
     *
     * @param slot      of a native device.
     * @param ticket    of the frame that it is for.
     * @param completed tickets that the process is done with.
     * @return a tag, or {@link #NONE}, and then {@link #code} says why.
     */
    int tag(final FrameSlot slot, final long ticket, final long completed) {
        final NativeMemory memory = (NativeMemory) slot.pool().memory();
        int oldest = 0;
        for (int i = 0; i < TAGS; i++) {
            if (memories[i] == memory) {
                lastTickets[i] = ticket;
                return FIRST_TAG + i;
            }
            oldest = memories[i] == null || memories[oldest] != null && lastTickets[i] < lastTickets[oldest]
                ? i : oldest;
        }
        return share(memory, oldest, ticket, completed);
    }

    /** Why there was no tag. */
    int code() {
        return code;
    }

    private int share(final NativeMemory memory, final int at, final long ticket, final long completed) {
        if (memories[at] != null && lastTickets[at] >= completed) {
            code = BridgeSession.BACK_PRESSURED;
            return NONE;
        }
        code = link.share(memory.handle(), FIRST_TAG + at);
        if (code != BridgeSession.OK) {
            return NONE;
        }
        memories[at] = memory;
        lastTickets[at] = ticket;
        return FIRST_TAG + at;
    }
}
