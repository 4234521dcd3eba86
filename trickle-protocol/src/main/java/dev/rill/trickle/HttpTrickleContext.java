package dev.rill.trickle;

import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Options of {@link HttpTrickle}. Set what differs from the defaults, then pass it to {@link HttpTrickle#connect},
 * which concludes it; a concluded context refuses changes and a second use.
 * <p>
 * Not thread-safe until concluded, immutable afterwards. Durations are nanoseconds, sizes bytes.
 * <p>
 * A system property is the default of its option: {@code trickle.client.} and the words of the option, as
 * {@code trickle.client.connect.timeout=5s} for {@link #connectTimeoutNs()}.
 */
public final class HttpTrickleContext {
    /** Default of {@link #contentType()}. */
    public static final String CONTENT_TYPE_DEFAULT = "video/MP2T";
    /** Default of {@link #eventLoopThreads()}. */
    public static final int EVENT_LOOP_THREADS_DEFAULT = 1;
    /** Default of {@link #connectTimeoutNs()}: 5 s. */
    public static final long CONNECT_TIMEOUT_NS_DEFAULT = TimeUnit.SECONDS.toNanos(5);
    /** Default of {@link #backoffInitialNs()}: 250 ms. */
    public static final long BACKOFF_INITIAL_NS_DEFAULT = TimeUnit.MILLISECONDS.toNanos(250);
    /** Default of {@link #backoffMaxNs()}: 5 s. */
    public static final long BACKOFF_MAX_NS_DEFAULT = TimeUnit.SECONDS.toNanos(5);
    /** Default of {@link #retryBudgetNs()}: for ever. */
    public static final long RETRY_BUDGET_NS_DEFAULT = Long.MAX_VALUE;
    /** Default of {@link #notFoundRetryNs()}: 0, a channel that is not there ends the subscription at once. */
    public static final long NOT_FOUND_RETRY_NS_DEFAULT = 0;
    /** Default of {@link #restartAcceptNs()}: 10 s. */
    public static final long RESTART_ACCEPT_NS_DEFAULT = TimeUnit.SECONDS.toNanos(10);
    /** Default of {@link #writeStallTimeoutNs()}: 30 s. */
    public static final long WRITE_STALL_TIMEOUT_NS_DEFAULT = TimeUnit.SECONDS.toNanos(30);
    /** Default of {@link #confirmTimeoutNs()}: 30 s. */
    public static final long CONFIRM_TIMEOUT_NS_DEFAULT = TimeUnit.SECONDS.toNanos(30);
    /** Default of {@link #closeTimeoutNs()}: 3 s. */
    public static final long CLOSE_TIMEOUT_NS_DEFAULT = TimeUnit.SECONDS.toNanos(3);
    /** Default of {@link #maxUnsentBytes()}: 4 MiB. */
    public static final int MAX_UNSENT_BYTES_DEFAULT = 4 << 20;
    /** Default of {@link #maxUnconfirmedSegments()}: 16. */
    public static final int MAX_UNCONFIRMED_SEGMENTS_DEFAULT = 16;
    /** Default of {@link #maxQueuedBytes()}: 4 MiB. */
    public static final int MAX_QUEUED_BYTES_DEFAULT = 4 << 20;
    /** Default of {@link #maxRetryBytes()}: 1 MiB. */
    public static final int MAX_RETRY_BYTES_DEFAULT = 1 << 20;

    private URI baseUri;
    private String contentType = CONTENT_TYPE_DEFAULT;
    private int eventLoopThreads = EVENT_LOOP_THREADS_DEFAULT;
    private boolean nativeTransport = true;
    private ThreadFactory threadFactory;
    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private long connectTimeoutNs = CONNECT_TIMEOUT_NS_DEFAULT;
    private long backoffInitialNs = BACKOFF_INITIAL_NS_DEFAULT;
    private long backoffMaxNs = BACKOFF_MAX_NS_DEFAULT;
    private long retryBudgetNs = RETRY_BUDGET_NS_DEFAULT;
    private long notFoundRetryNs = NOT_FOUND_RETRY_NS_DEFAULT;
    private long restartAcceptNs = RESTART_ACCEPT_NS_DEFAULT;
    private long writeStallTimeoutNs = WRITE_STALL_TIMEOUT_NS_DEFAULT;
    private long confirmTimeoutNs = CONFIRM_TIMEOUT_NS_DEFAULT;
    private long closeTimeoutNs = CLOSE_TIMEOUT_NS_DEFAULT;
    private int maxUnsentBytes = MAX_UNSENT_BYTES_DEFAULT;
    private int maxUnconfirmedSegments = MAX_UNCONFIRMED_SEGMENTS_DEFAULT;
    private int maxQueuedBytes = MAX_QUEUED_BYTES_DEFAULT;
    private GapPolicy gapPolicy = GapPolicy.LATEST;
    private int maxRetryBytes = MAX_RETRY_BYTES_DEFAULT;
    private boolean rereadTorn;
    private String protocol = "auto";
    private String tlsProvider = "auto";
    private Path trustCertificates;
    private boolean insecureTls;
    private String bearerToken;
    private boolean concluded;

    /**
     * With the defaults, or what system properties say instead.
     *
     * @throws IllegalArgumentException if the value of a property cannot be understood.
     */
    public HttpTrickleContext() {
        ContextProperties.apply(this, "trickle.client.", System.getProperties());
    }

    /**
     * Checks every option and every combination, and freezes this context. Called by {@link HttpTrickle#connect}.
     *
     * @return this.
     * @throws IllegalStateException    if this context was concluded before.
     * @throws IllegalArgumentException if an option is missing, out of range or contradicts another; names the values.
     */
    public HttpTrickleContext conclude() {
        checkOpen();
        baseUri = ContextChecks.channelBase(baseUri);
        ContextChecks.http(this);
        concluded = true;
        return this;
    }

    /**
     * Where the channels are, for example {@code https://127.0.0.1:2939/ai/trickle/}: scheme http or https, a host, a
     * path that is taken to end with a slash. Required.
     *
     * @param value channel base.
     * @return this.
     */
    public HttpTrickleContext baseUri(final URI value) {
        checkOpen();
        baseUri = value;
        return this;
    }

    /**
     * As {@link #baseUri(URI)}, from text.
     *
     * @param value channel base.
     * @return this.
     * @throws IllegalArgumentException if {@code value} is not a URI.
     */
    public HttpTrickleContext baseUri(final String value) {
        return baseUri(ContextChecks.parse(value));
    }

    /** Where the channels are; ends with a slash once concluded. */
    public URI baseUri() {
        return baseUri;
    }

    /**
     * {@code Content-Type} of published segments where the publisher is not opened with another. Decides the type of a
     * channel only when the peer creates channels on the first POST.
     *
     * @param value media type, printable ASCII.
     * @return this.
     */
    public HttpTrickleContext contentType(final String value) {
        checkOpen();
        contentType = value;
        return this;
    }

    /** {@code Content-Type} of published segments. */
    public String contentType() {
        return contentType;
    }

    /**
     * Number of threads that carry connections, 1..64. A publisher or subscriber stays on one of them.
     *
     * @param value number of threads.
     * @return this.
     */
    public HttpTrickleContext eventLoopThreads(final int value) {
        checkOpen();
        eventLoopThreads = value;
        return this;
    }

    /** Number of threads that carry connections. */
    public int eventLoopThreads() {
        return eventLoopThreads;
    }

    /**
     * Whether epoll is used where it is available; the JDK's selectors otherwise. Default true.
     *
     * @param value true to prefer epoll.
     * @return this.
     */
    public HttpTrickleContext nativeTransport(final boolean value) {
        checkOpen();
        nativeTransport = value;
        return this;
    }

    /** Whether epoll is used where it is available. */
    public boolean nativeTransport() {
        return nativeTransport;
    }

    /**
     * Makes the connection threads. Default: daemon threads whose names begin with {@code trickle-client}.
     *
     * @param value factory of the host, or null for the default.
     * @return this.
     */
    public HttpTrickleContext threadFactory(final ThreadFactory value) {
        checkOpen();
        threadFactory = value;
        return this;
    }

    /** Makes the connection threads; null for the default. */
    public ThreadFactory threadFactory() {
        return threadFactory;
    }

    /**
     * Clock that budgets, spacings and stalls are measured with. Default: the system's monotonic clock.
     *
     * @param value clock.
     * @return this.
     */
    public HttpTrickleContext nanoClock(final NanoClock value) {
        checkOpen();
        nanoClock = value;
        return this;
    }

    /** Clock that budgets, spacings and stalls are measured with. */
    public NanoClock nanoClock() {
        return nanoClock;
    }

    /**
     * Longest time to establish a connection, 1 ms..10 min. There is no limit on how long a request may idle.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public HttpTrickleContext connectTimeoutNs(final long value) {
        checkOpen();
        connectTimeoutNs = value;
        return this;
    }

    /** Longest time to establish a connection. */
    public long connectTimeoutNs() {
        return connectTimeoutNs;
    }

    /**
     * First pause after a network error; doubles up to {@link #backoffMaxNs()}, each pause varied by a quarter.
     *
     * @param value nanoseconds, at least 1.
     * @return this.
     */
    public HttpTrickleContext backoffInitialNs(final long value) {
        checkOpen();
        backoffInitialNs = value;
        return this;
    }

    /** First pause after a network error. */
    public long backoffInitialNs() {
        return backoffInitialNs;
    }

    /**
     * Longest pause after a network error, at least {@link #backoffInitialNs()}. A connection that lasted longer than
     * this counts as success: the pauses and the budget begin anew.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public HttpTrickleContext backoffMaxNs(final long value) {
        checkOpen();
        backoffMaxNs = value;
        return this;
    }

    /** Longest pause after a network error. */
    public long backoffMaxNs() {
        return backoffMaxNs;
    }

    /**
     * How long a peer that gives no usable answer is tried again before {@link EndReason#PEER_LOST}; counted from the
     * first failure after the last answer. {@link Long#MAX_VALUE}: for ever.
     *
     * @param value nanoseconds, 0 to give up at the first failure.
     * @return this.
     */
    public HttpTrickleContext retryBudgetNs(final long value) {
        checkOpen();
        retryBudgetNs = value;
        return this;
    }

    /** How long a peer that gives no usable answer is tried again. */
    public long retryBudgetNs() {
        return retryBudgetNs;
    }

    /**
     * How long a subscriber asks again for a channel that the peer does not know and that never gave data, so that a
     * subscriber may be opened before its channel exists.
     *
     * @param value nanoseconds, 0 to end at once with {@link EndReason#CHANNEL_NOT_FOUND}.
     * @return this.
     */
    public HttpTrickleContext notFoundRetryNs(final long value) {
        checkOpen();
        notFoundRetryNs = value;
        return this;
    }

    /** How long a subscriber asks again for an unknown channel. */
    public long notFoundRetryNs() {
        return notFoundRetryNs;
    }

    /**
     * How long a peer may claim that its channel is behind the wanted number before a subscriber accepts that the
     * channel was restarted and jumps back (I-42 of the wire specification).
     *
     * @param value nanoseconds.
     * @return this.
     */
    public HttpTrickleContext restartAcceptNs(final long value) {
        checkOpen();
        restartAcceptNs = value;
        return this;
    }

    /** How long a peer may claim to be behind before a restart is accepted. */
    public long restartAcceptNs() {
        return restartAcceptNs;
    }

    /**
     * Longest time without progress while a publisher has unsent bytes; then the segment is given up.
     *
     * @param value nanoseconds, at least 1.
     * @return this.
     */
    public HttpTrickleContext writeStallTimeoutNs(final long value) {
        checkOpen();
        writeStallTimeoutNs = value;
        return this;
    }

    /** Longest time without progress while a publisher has unsent bytes. */
    public long writeStallTimeoutNs() {
        return writeStallTimeoutNs;
    }

    /**
     * Longest time from the end of a segment's body to the peer's answer; then the segment counts as lost. Together
     * with the connect time-out also the bound of the blocking calls of {@link HttpTrickle}.
     *
     * @param value nanoseconds, at least 1.
     * @return this.
     */
    public HttpTrickleContext confirmTimeoutNs(final long value) {
        checkOpen();
        confirmTimeoutNs = value;
        return this;
    }

    /** Longest time from the end of a segment's body to the peer's answer. */
    public long confirmTimeoutNs() {
        return confirmTimeoutNs;
    }

    /**
     * Bound of each of the two waits in {@link TricklePublisher#close()}: outstanding confirmations, then the deletion
     * of the channel.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public HttpTrickleContext closeTimeoutNs(final long value) {
        checkOpen();
        closeTimeoutNs = value;
        return this;
    }

    /** Bound of each wait in {@link TricklePublisher#close()}. */
    public long closeTimeoutNs() {
        return closeTimeoutNs;
    }

    /**
     * Most bytes that a publisher has accepted and not yet handed to the socket, 1 KiB..1 GiB. An offer beyond it is
     * answered {@link SegmentWriter#BACK_PRESSURED}; one offer larger than this is taken when nothing is unsent.
     *
     * @param value bytes.
     * @return this.
     */
    public HttpTrickleContext maxUnsentBytes(final int value) {
        checkOpen();
        maxUnsentBytes = value;
        return this;
    }

    /** Most bytes that a publisher has accepted and not yet handed to the socket. */
    public int maxUnsentBytes() {
        return maxUnsentBytes;
    }

    /**
     * Most completed segments that await the peer's confirmation, 1..1024; each occupies a connection. While there are
     * more, offers are answered {@link SegmentWriter#BACK_PRESSURED}.
     *
     * @param value number of segments.
     * @return this.
     */
    public HttpTrickleContext maxUnconfirmedSegments(final int value) {
        checkOpen();
        maxUnconfirmedSegments = value;
        return this;
    }

    /** Most completed segments that await the peer's confirmation. */
    public int maxUnconfirmedSegments() {
        return maxUnconfirmedSegments;
    }

    /**
     * Received bytes that may wait for {@link TrickleSubscriber#poll} before the socket is no longer read,
     * 1 KiB..1 GiB; each piece counts 2 KiB more than its length. May be exceeded by one read of the socket, and by
     * what its receive buffer holds when the peer closes the connection; over HTTP/2 by the window of a stream, which
     * is as large as this, within 64 KiB..1 MiB.
     *
     * @param value bytes.
     * @return this.
     */
    public HttpTrickleContext maxQueuedBytes(final int value) {
        checkOpen();
        maxQueuedBytes = value;
        return this;
    }

    /** Received bytes that may wait for {@link TrickleSubscriber#poll}. */
    public int maxQueuedBytes() {
        return maxQueuedBytes;
    }

    /**
     * Where subscribers go on after having fallen behind. Default {@link GapPolicy#LATEST}.
     *
     * @param value policy.
     * @return this.
     */
    public HttpTrickleContext gapPolicy(final GapPolicy value) {
        checkOpen();
        gapPolicy = value;
        return this;
    }

    /** Where subscribers go on after having fallen behind. */
    public GapPolicy gapPolicy() {
        return gapPolicy;
    }

    /**
     * Bytes of one segment that are kept until the peer has confirmed it, 0..1 GiB, so that it is sent again whole when
     * certainly no byte of it was stored (I-45 of the wire specification): it never left this side, the peer refused it
     * (429, 503), or the peer says that it did not look at it (HTTP/2). A longer segment is lost in these cases.
     *
     * @param value bytes.
     * @return this.
     */
    public HttpTrickleContext maxRetryBytes(final int value) {
        checkOpen();
        maxRetryBytes = value;
        return this;
    }

    /** Bytes of one segment that are kept until the peer has confirmed it. */
    public int maxRetryBytes() {
        return maxRetryBytes;
    }

    /**
     * Whether a segment whose connection broke is read once more from its first byte, if the peer still has it; the
     * handler is told the torn end and then the same number again. Default false: go on with the next.
     *
     * @param value true to read again.
     * @return this.
     */
    public HttpTrickleContext rereadTorn(final boolean value) {
        checkOpen();
        rereadTorn = value;
        return this;
    }

    /** Whether a segment whose connection broke is read once more. */
    public boolean rereadTorn() {
        return rereadTorn;
    }

    /**
     * {@code auto}: over TLS whatever the peer chooses, else HTTP/1.1. {@code http1}: HTTP/1.1. {@code http2}: HTTP/2,
     * without TLS by prior knowledge. All requests of a connection thread share one HTTP/2 connection.
     *
     * @param value auto, http1 or http2.
     * @return this.
     */
    public HttpTrickleContext protocol(final String value) {
        checkOpen();
        protocol = value;
        return this;
    }

    /** Which HTTP is spoken. */
    public String protocol() {
        return protocol;
    }

    /**
     * Who does TLS: {@code openssl} (BoringSSL), {@code jdk}, or {@code auto}, the first where it can be loaded.
     *
     * @param value auto, openssl or jdk.
     * @return this.
     */
    public HttpTrickleContext tlsProvider(final String value) {
        checkOpen();
        tlsProvider = value;
        return this;
    }

    /** Who does TLS. */
    public String tlsProvider() {
        return tlsProvider;
    }

    /**
     * Certificates that vouch for the peer, in place of those of the JDK: its own, if self-signed, or its issuer's.
     *
     * @param value PEM file, or null for the JDK's.
     * @return this.
     */
    public HttpTrickleContext trustCertificates(final Path value) {
        checkOpen();
        trustCertificates = value;
        return this;
    }

    /** Certificates that vouch for the peer; null for those of the JDK. */
    public Path trustCertificates() {
        return trustCertificates;
    }

    /**
     * Whether any certificate and any host name will do. Anyone on the way can then read and change everything; for
     * deployments with unknown self-signed certificates only. Default false.
     *
     * @param value true to check nothing.
     * @return this.
     */
    public HttpTrickleContext insecureTls(final boolean value) {
        checkOpen();
        insecureTls = value;
        return this;
    }

    /** Whether any certificate and any host name will do. */
    public boolean insecureTls() {
        return insecureTls;
    }

    /**
     * Token sent as {@code Authorization: Bearer} with every request.
     *
     * @param value visible ASCII, or null for none.
     * @return this.
     */
    public HttpTrickleContext bearerToken(final String value) {
        checkOpen();
        bearerToken = value;
        return this;
    }

    /** Token sent with every request; null for none. */
    public String bearerToken() {
        return bearerToken;
    }

    private void checkOpen() {
        if (concluded) {
            throw new IllegalStateException("context is concluded already: baseUri=" + baseUri);
        }
    }

    /** Effective values; secrets are not shown. */
    @Override
    public String toString() {
        return ContextProperties.describe(this);
    }
}
