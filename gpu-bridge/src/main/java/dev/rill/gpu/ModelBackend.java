package dev.rill.gpu;

import dev.rill.gpu.internal.CompletionBlock;

/** What runs the sessions of a model: its device, or something that the model brings. Any thread. */
@FunctionalInterface
interface ModelBackend {
    /** Of models that every device knows by name. */
    ModelBackend OF_DEVICE = (bridge, device, model, format, window, block) ->
        device.open(model, format, window, block);

    /**
     * Opens a session that writes its completions into {@code block} until it is closed.
     *
     * @param bridge of the session.
     * @param device of that bridge.
     * @param model  whose backend this is.
     * @param format of the input and the output frames.
     * @param window largest number of tickets in flight.
     * @param block  where completions go.
     * @return the session.
     * @throws BridgeException if it refuses; nothing is left open.
     */
    DeviceSession open(
        Bridge bridge, Device device, Model model, FrameFormat format, int window, CompletionBlock block);
}
