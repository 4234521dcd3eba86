package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user gets for a mistake: one clear line on stderr, the right exit code, no stack trace. */
class BadUsageTest {
    @TempDir
    private Path folder;

    @Test
    void shouldAskForACommand() {
        final Cli result = rill();

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
        assertThat(result.err()).startsWith("expected a command: demo, serve, publish or subscribe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "serve", "publish", "subscribe"})
    void shouldHelpWithEveryCommand(final String command) {
        final Cli result = rill(command, "--help");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("Usage: rill " + command);
    }

    @Test
    void shouldListTheEffectsWhenOneIsUnknown() {
        final Cli result = demo("--effect", "sepia");

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
        assertThat(result.err()).contains("unknown model 'sepia'").contains("edge, identity, invert, tint");
    }

    @Test
    void shouldListTheParametersWhenOneIsUnknown() {
        final Cli result = demo("--effect", "edge", "--param", "strength=1");

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
        assertThat(result.err()).contains("strength").contains("gain");
    }

    @Test
    void shouldNameTheRangeOfAParameter() {
        final Cli result = demo("--effect", "tint", "--param", "strength=1.5");

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
        assertThat(result.err()).contains("strength").contains("1.5");
    }

    @Test
    void shouldRefuseAParameterThatIsNoNumber() {
        final Cli result = demo("--param", "strength=much");

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
        assertThat(result.err()).contains("much");
    }

    @Test
    void shouldRefuseBothPaces() {
        final Cli result = demo("--fast", "--realtime");

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
        assertThat(result.err()).contains("--realtime").contains("--fast");
    }

    @Test
    void shouldRefuseASizeThatIsNone() {
        final Cli result = demo("--size", "720p");

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
        assertThat(result.err()).contains("WIDTHxHEIGHT").contains("720p");
    }

    @Test
    void shouldRefuseAnOutputInAFolderThatDoesNotExist() {
        final Cli result = rill("demo", "--out", folder.resolve("missing/out.ts").toString());

        assertOneLine(result, "missing");
    }

    @Test
    void shouldRefuseAnOutputWithAnUnknownEnding() {
        final Cli result = rill("demo", "--seconds", "1", "--out", folder.resolve("out.xyz").toString());

        assertOneLine(result, "out.xyz");
    }

    @Test
    void shouldNameThePortThatIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final Cli result = rill("serve", "--port", String.valueOf(taken.getLocalPort()));

            assertOneLine(result, "cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void shouldNameThePortThatIsInUseByTheDemo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final Cli result = demo("--port", String.valueOf(taken.getLocalPort()));

            assertOneLine(result, "cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void shouldSayWhenNobodyServesTheChannel() throws IOException {
        final int freePort;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            freePort = free.getLocalPort();
        }

        final Cli result = rill("publish", "test", "http://127.0.0.1:" + freePort + "/a");

        assertOneLine(result, "127.0.0.1:" + freePort);
    }

    @Test
    void shouldRefuseAChannelUrlWithoutAChannel() {
        assertOneLine(rill("subscribe", "http://127.0.0.1:1/"), "expected the name of a channel");
        assertOneLine(rill("subscribe", "ftp://127.0.0.1/a"), "expected http://HOST:PORT/CHANNEL");
    }

    private Cli demo(final String... arguments) {
        final String[] all = new String[arguments.length + 3];
        all[0] = "demo";
        all[1] = "--out";
        all[2] = folder.resolve("out.ts").toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return rill(all);
    }

    private static void assertOneLine(final Cli result, final String part) {
        assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
        assertThat(result.err().lines().filter(line -> line.startsWith("rill: "))).as(result.toString())
            .singleElement().asString().contains(part);
        assertThat(result.err()).doesNotContain("\tat ");
    }
}
