package dev.rill.gpu;

/** Receives the completions of a {@link BridgeSession}, in ticket order, on the thread that polls. */
@FunctionalInterface
public interface CompletionHandler {
    /**
     * Takes over one finished pair of slots. The session's references to {@code in} and {@code out} pass to the
     * handler, which releases each once, whatever the status and also when it throws.
     *
     * @param ticket           as returned by {@link BridgeSession#submit}.
     * @param status           {@link BridgeSession#OK}, or the negative code that says why {@code out} holds no result.
     * @param in               the input slot, unchanged.
     * @param out              the result slot.
     * @param parameterVersion {@link ModelParameters#version} of the parameters that were used.
     * @param deviceStartNs    when the device began, on the clock of {@link System#nanoTime}.
     * @param deviceEndNs      when the device was done, same clock.
     */
    void onCompletion(
        long ticket,
        int status,
        FrameSlot in,
        FrameSlot out,
        long parameterVersion,
        long deviceStartNs,
        long deviceEndNs);
}
