package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundedLinesTest {
    private static final int MAX_LENGTH = 10;
    private static final long ENDLESS = 50_000_000;

    private final List<String> lines = new ArrayList<>();

    @Test
    void shouldKeepTheBeginningOfEachLineThatSaysSomething() throws IOException {
        BoundedLines.read(new StringReader("one\r\n\n  \n 0123456789 and more\nlast"), MAX_LENGTH, lines::add);

        assertThat(lines).containsExactly("one", "012345678", "last");
    }

    @Test
    void shouldFindNothingInNothing() throws IOException {
        BoundedLines.read(new StringReader(""), MAX_LENGTH, lines::add);

        assertThat(lines).isEmpty();
    }

    @Test
    void shouldNotTakeMemoryForALineWithoutAnEnd() throws IOException {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        BoundedLines.read(new Endless(), MAX_LENGTH, lines::add);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(ENDLESS / 10);
        assertThat(lines).containsExactly("xxxxxxxxxx");
    }

    private static final class Endless extends Reader {
        private long left = ENDLESS;

        @Override
        public int read(final char[] into, final int offset, final int length) {
            final int count = (int) Math.min(length, left);
            Arrays.fill(into, offset, offset + count, 'x');
            left -= count;
            return count == 0 ? -1 : count;
        }

        @Override
        public void close() {
            left = 0;
        }
    }
}
