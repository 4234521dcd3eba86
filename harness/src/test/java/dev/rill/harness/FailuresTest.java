package dev.rill.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void shouldSayWhatIsWrongWithAFileNotOnlyItsName() {
        assertThat(Failures.describe(new NoSuchFileException("a.mp4"))).isEqualTo("no such file: a.mp4");
        assertThat(Failures.describe(new AccessDeniedException("a.mp4"))).isEqualTo("access denied: a.mp4");
        assertThat(Failures.describe(new FileSystemException("a.mp4"))).isEqualTo("file system error: a.mp4");
        assertThat(Failures.describe(new UnknownHostException("nowhere"))).isEqualTo("unknown host: nowhere");
    }

    @Test
    void shouldLeaveAReasonOfThePlatformAsItIs() {
        assertThat(Failures.describe(new FileSystemException("a.mp4", null, "Disk quota exceeded")))
            .isEqualTo("a.mp4: Disk quota exceeded");
    }

    @Test
    void shouldLookForTheFirstCauseThatSaysAnything() {
        final Exception cause = new IOException("connection reset");

        assertThat(Failures.describe(new IllegalStateException(null, cause))).isEqualTo("connection reset");
        assertThat(Failures.describe(new IllegalStateException("", cause))).isEqualTo("connection reset");
        assertThat(Failures.describe(new IllegalStateException(" \n ", cause))).isEqualTo("connection reset");
        assertThat(Failures.describe(new UncheckedIOException("outer", new IOException("inner")))).isEqualTo("outer");
    }

    @Test
    void shouldNameTheClassWhenNobodySaysAnything() {
        assertThat(Failures.describe(new IllegalStateException())).isEqualTo("IllegalStateException");
        assertThat(Failures.describe(new IllegalStateException("", new IOException("")))).isEqualTo("IOException");
    }

    @Test
    void shouldKeepToOneLine() {
        assertThat(Failures.describe(new IllegalStateException("\n  first  \nsecond"))).isEqualTo("first");
    }

    @Test
    void shouldEndAtACircleOfCauses() {
        final Exception a = new IllegalStateException((String) null);
        final Exception b = new IllegalArgumentException(null, a);
        a.initCause(b);

        assertThat(Failures.describe(a)).isIn("IllegalStateException", "IllegalArgumentException");
    }
}
