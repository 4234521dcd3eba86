package dev.rill.harness;

import dev.rill.frame.PacketPool;
import dev.rill.frame.source.FileSource;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.source.TestPatternContext;
import dev.rill.frame.source.TestPatternSource;

/** Opens inputs as typed. */
final class Sources {
    private Sources() {
    }

    static MediaSource testPattern(final FrameSize size, final int fps, final double seconds) {
        return TestPatternSource.open(
            new TestPatternContext().size(size.width(), size.height()).frameRate(fps, 1).seconds(seconds));
    }

    static MediaSource file(final String location) {
        return FileSource.open(location, new PacketPool());
    }
}
