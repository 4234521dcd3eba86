package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user gets for a mistake: one clear line on stderr, the right exit code, no stack trace. */
class BadUsageTest {
    @TempDir
    private Path folder;

    @Test
    void shouldAskForACommand() {
        assertUsage(rill(), "rill",
            "expected a command: demo, serve, publish, subscribe, channels, relay, batch, transcode or conform");
    }

    @Test
    void shouldRefuseAnUnknownCommandOrOption() {
        assertUsage(rill("demon"), "rill", "demon");
        assertUsage(demo("--effects", "tint"), "rill demo", "--effects");
        assertUsage(rill("publish", "test"), "rill publish", "URL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "serve", "publish", "subscribe", "channels", "relay", "transcode", "conform"})
    void shouldHelpWithEveryCommand(final String command) {
        final Cli result = rill(command, "--help");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("Usage: rill " + command);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void shouldPromiseOnlyWhatACommandCanKeep() {
        assertThat(helpOf("demo")).contains("nothing may be lost");
        assertThat(helpOf("publish")).doesNotContain("nothing may be lost").contains(
            "as fast as the server takes it; readers that are more than five segments behind lose data");
    }

    @Test
    void shouldListTheEffectsWhenOneIsUnknown() {
        assertUsage(demo("--effect", "sepia"), "rill demo",
            "--effect", "unknown model 'sepia'", "blend, blur, edge, identity, invert, tint");
    }

    @ParameterizedTest
    @CsvSource({
        "builtin:sepia, unknown model 'sepia'", "invert, 'invert': expected", "'', '': expected",
        "exe:invert, 'exe:invert': expected"})
    void shouldListTheKindsOfModelsWhenOneIsUnknown(final String model, final String reason) {
        assertUsage(demo("--model", model), "rill demo", "--model", reason);
    }

    @Test
    void shouldRefuseAModelBesideAnEffect() {
        assertUsage(demo("--model", "builtin:invert", "--effect", "tint"), "rill demo", "--effect", "--model");
    }

    @Test
    void shouldListTheParametersWhenOneIsUnknown() {
        assertUsage(demo("--effect", "edge", "--param", "strength=1"), "rill demo", "--param", "strength", "gain");
    }

    @Test
    void shouldNameTheRangeOfAParameter() {
        assertUsage(demo("--effect", "tint", "--param", "strength=1.5"), "rill demo", "--param", "strength", "1.5");
        assertUsage(demo("--effect", "tint", "--param", "strength=NaN"), "rill demo", "--param", "strength", "NaN");
    }

    @Test
    void shouldRefuseAParameterThatIsNoNumber() {
        assertUsage(demo("--param", "strength=much"), "rill demo", "--param", "much");
    }

    @Test
    void shouldRefuseBothPaces() {
        assertUsage(demo("--fast", "--realtime"), "rill demo", "--realtime", "--fast");
        assertUsage(
            rill("publish", "--fast", "--realtime", "test", "http://127.0.0.1:1/a"), "rill publish",
            "--realtime", "--fast");
    }

    @ParameterizedTest
    @CsvSource({
        "--seconds, 0, more than 0", "--seconds, -1, more than 0", "--seconds, NaN, more than 0",
        "--seconds, Infinity, at most 31536000", "--seconds, soon, soon",
        "--fps, 0, 1 to 240", "--fps, 241, 1 to 240", "--fps, -5, 1 to 240", "--fps, 29.97, 29.97",
        "--size, 720p, WIDTHxHEIGHT", "--size, 321x240, even numbers from 64 to 16384",
        "--size, 0x0, even numbers from 64", "--size, 32x32, even numbers from 64",
        "--size, 8192x8192, at most 9437184 pixels"})
    void shouldNameTheRangeOfASourceOption(final String option, final String value, final String range) {
        assertUsage(demo(option, value), "rill demo", option, value, range);
        assertUsage(
            rill("publish", "test", "http://127.0.0.1:1/a", option, value), "rill publish", option, value, range);
    }

    @ParameterizedTest
    @CsvSource({
        "demo, --port, 65536, 0 to 65535", "demo, --port, -1, 0 to 65535",
        "demo, --device, gpu, 'auto, cpu, java, cuda'",
        "serve, --port, 65536, 0 to 65535", "serve, --base-path, a, /a/b/", "serve, --base-path, /a//, /a/b/",
        "serve, --idle-timeout, 0, 1 to 31536000", "serve, --idle-timeout, 31536001, 1 to 31536000",
        "serve, --max-channels, 0, 1..16777216", "serve, --max-readers-per-channel, 0, 1..16777216",
        "serve, --max-segment-length, 1t, '4096, 8k, 1m or 2g'", "serve, --retained-segments, 1, 2..1024",
        "serve, --max-header-size, 255, 256..1048576", "serve, --event-loop-threads, 257, 1..256",
        "serve, --transport, carrier-pigeon, 'auto, epoll, nio, io_uring'",
        "serve, --tls-certificate, /missing.pem, both or neither", "serve, --tls-provider, x, 'auto, openssl, jdk'",
        "serve, --reader-stall-timeout, 0, 1000000..", "serve, --reader-stall-timeout, 1d, '500ms, 10s, 5m or 1h'"})
    void shouldNameTheRangeOfAnOption(
        final String command, final String option, final String value, final String range) {
        assertUsage(rill(command, option, value), "rill " + command, option, value, range);
    }

    @Test
    void shouldNameTheRangeOfOptionsOfPublishAndSubscribe() {
        final String url = "http://127.0.0.1:1/a";

        assertUsage(rill("subscribe", url, "-n", "-1"), "rill subscribe", "--segments -1", "0 or more");
        assertUsage(rill("subscribe", url, "--from", "end"), "rill subscribe", "--from", "current, next");
        assertUsage(rill("publish", "test", url, "--content-type", ""), "rill publish", "--content-type");
        assertUsage(rill("publish", "test", url, "--content-type", "a\nb: c"), "rill publish", "--content-type");
        assertUsage(rill("publish", "-", url, "--segment-bytes", "0"), "rill publish", "--segment-bytes", "1 or more");
        assertUsage(rill("publish", "-", url, "--segment-time", "0"), "rill publish", "--segment-time", "more than 0");
        assertUsage(rill("relay", url, url + "b", "--buffer", "1023"), "rill relay", "--buffer 1023", "1024 to");
        assertUsage(rill("relay", url, url), "rill relay", "TO", "another channel than FROM");
    }

    @Test
    void shouldRefuseOptionsThatContradictEachOther() {
        final String url = "http://127.0.0.1:1/a";

        assertUsage(rill("publish", "--lines", "--raw", "a", url), "rill publish", "--lines", "--raw");
        assertUsage(rill("publish", "--raw", url), "rill publish", "--raw", "the files to publish");
        assertUsage(rill("publish", "a", "b", url), "rill publish", "INPUT", "--raw");
        assertUsage(rill("publish"), "rill publish", "URL", "the channel to publish on");
        assertUsage(
            rill("subscribe", url, "--from", "oldest", "--on-gap", "latest"), "rill subscribe",
            "--on-gap latest", "oldest, because of --from oldest");
        assertUsage(rill("subscribe", url, "--lines", "-o", folder.toString()), "rill subscribe", "--lines", "folder");
    }

    @Test
    void shouldRefuseABaseUrlThatIsNone() {
        assertUsage(rill("channels", "localhost"), "rill channels", "expected http://HOST:PORT/");
    }

    @Test
    void shouldSayThatAChannelIsMissing() {
        assertUsage(rill("relay", "http://127.0.0.1:1/a"), "rill relay", "TO");
        assertUsage(rill("subscribe"), "rill subscribe", "URL");
    }

    @Test
    void shouldRefuseAChannelUrlWithoutAChannel() {
        assertUsage(rill("subscribe", "http://127.0.0.1:1/"), "rill subscribe", "expected the name of a channel");
        assertUsage(rill("subscribe", "ftp://127.0.0.1/a"), "rill subscribe", "expected http://HOST:PORT/CHANNEL");
        assertUsage(rill("publish", "test", "http://127.0.0.1:70000/a"), "rill publish", "http://HOST:PORT/CHANNEL");
    }

    @Test
    void shouldKeepTheInputWhenTheOutputIsTheSameFile() throws IOException {
        final Path input = folder.resolve("film.ts");
        final byte[] content = {1, 2, 3};
        Files.write(input, content);
        final Path link = Files.createSymbolicLink(folder.resolve("link.ts"), input);

        for (final Path out : new Path[] {input, link, folder.resolve("./film.ts")}) {
            assertUsage(
                rill("demo", "--input", input.toString(), "--out", out.toString()), "rill demo",
                "--out", out.toString(), "another file than --input");
            assertUsage(
                rill("demo", "--input", input.toString(), "--out", folder.resolve("o.ts").toString(), "--json",
                    out.toString()), "rill demo", "--json", out.toString(), "another file than --input");
        }
        assertThat(input).hasBinaryContent(content);
    }

    @Test
    void shouldRefuseToWriteTheFiguresOverTheResult() throws IOException {
        final Path out = folder.resolve("out.ts");
        final Path link = Files.createSymbolicLink(folder.resolve("link.json"), out);

        assertUsage(demo("--json", out.toString()), "rill demo", "--json", "another file than --out");
        assertUsage(demo("--json", link.toString()), "rill demo", "--json", "another file than --out");
        assertThat(out).doesNotExist();
    }

    @Test
    void shouldRefuseAnOutputInAFolderThatDoesNotExist() {
        assertFailed(rill("demo", "--out", folder.resolve("missing/out.ts").toString()), "missing");
        assertFailed(demo("--json", folder.resolve("missing/out.json").toString()), "missing");
    }

    @Test
    void shouldRefuseAnOutputWithAnUnknownEnding() {
        assertFailed(rill("demo", "--seconds", "1", "--out", folder.resolve("out.xyz").toString()), "out.xyz");
    }

    @Test
    void shouldNameThePortThatIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final String port = String.valueOf(taken.getLocalPort());

            assertFailed(rill("serve", "--port", port), "cannot listen on 127.0.0.1:" + port);
            assertFailed(demo("--port", port), "cannot listen on 127.0.0.1:" + port);
        }
    }

    @Test
    void shouldSayWhenNobodyServesTheChannel() throws IOException {
        final int freePort;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            freePort = free.getLocalPort();
        }

        assertFailed(rill("publish", "test", "http://127.0.0.1:" + freePort + "/a"), "127.0.0.1:" + freePort);
    }

    private Cli demo(final String... arguments) {
        final String[] all = new String[arguments.length + 3];
        all[0] = "demo";
        all[1] = "--out";
        all[2] = folder.resolve("out.ts").toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return rill(all);
    }

    private static String helpOf(final String command) {
        return rill(command, "--help").out().replaceAll("\\s+", " ");
    }

    private static void assertFailed(final Cli result, final String... parts) {
        assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
        assertThat(result.complaint()).contains(parts);
    }

    /** Wrong usage is all that is said: one line about it and one about where help is. */
    private static void assertUsage(final Cli result, final String command, final String... parts) {
        assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
        assertThat(result.complaint()).contains(parts);
        assertThat(result.err().lines()).as(result.toString())
            .containsExactly(result.complaint(), "try: " + command + " --help");
    }
}
