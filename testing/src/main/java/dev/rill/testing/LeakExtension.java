package dev.rill.testing;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class in whose time a buffer was collected without having been released. Registered for all classes. */
public final class LeakExtension implements BeforeAllCallback, AfterAllCallback {
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    static {
        final ResourceLeakDetectorFactory factory = ResourceLeakDetectorFactory.instance();
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ListeningFactory(factory));
    }

    @Override
    public void beforeAll(final ExtensionContext context) {
        // Loading this class has installed the listener.
    }

    @Override
    public void afterAll(final ExtensionContext context) {
        for (int i = 0; i < 3; i++) {
            System.gc();
            // The detector reports when a tracked buffer is allocated.
            PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
        }
        final String leaks = String.join("\n", LEAKS);
        LEAKS.clear();
        if (!leaks.isEmpty()) {
            throw new AssertionError("buffers leaked by " + context.getDisplayName() + " or before it:\n" + leaks);
        }
    }

    private static final class ListeningFactory extends ResourceLeakDetectorFactory {
        private final ResourceLeakDetectorFactory factory;

        ListeningFactory(final ResourceLeakDetectorFactory factory) {
            this.factory = factory;
        }

        @Override
        @Deprecated
        @SuppressWarnings("deprecation")
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(
            final Class<T> resource, final int samplingInterval, final long maxActive) {
            return listening(factory.newResourceLeakDetector(resource, samplingInterval, maxActive));
        }

        @Override
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(
            final Class<T> resource, final int samplingInterval) {
            return listening(factory.newResourceLeakDetector(resource, samplingInterval));
        }

        private static <T> ResourceLeakDetector<T> listening(final ResourceLeakDetector<T> detector) {
            detector.setLeakListener((type, records) -> LEAKS.add(type + "\n" + records));
            return detector;
        }
    }
}
