package dev.rill.frame;

import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeSession;
import dev.rill.gpu.CompletionHandler;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.Model;
import dev.rill.gpu.ModelParameters;

/** What the process stage needs of a {@link BridgeSession}; same contract, same codes. */
interface InferencePort {
    /** Opens ports. */
    @FunctionalInterface
    interface Opener {
        InferencePort open(Bridge bridge, Model model, FrameFormat format, int window);
    }

    /** Opens sessions of the bridge. */
    Opener SESSIONS = (bridge, model, format, window) -> new Session(bridge.openSession(model, format, window));

    long submit(FrameSlot in, FrameSlot out, ModelParameters parameters);

    int poll(CompletionHandler handler, int limit);

    /** As {@link BridgeSession#failure}. */
    default String failure() {
        return "";
    }

    void close();

    /**
     * A session of the bridge.
     *
     * @param session does the work.
     */
    record Session(BridgeSession session) implements InferencePort {
        @Override
        public long submit(final FrameSlot in, final FrameSlot out, final ModelParameters parameters) {
            return session.submit(in, out, parameters);
        }

        @Override
        public int poll(final CompletionHandler handler, final int limit) {
            return session.poll(handler, limit);
        }

        @Override
        public String failure() {
            return session.failure();
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
