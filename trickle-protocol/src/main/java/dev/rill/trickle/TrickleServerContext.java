package dev.rill.trickle;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Options of a {@link TrickleServer} and of a {@link LocalTrickle}. Fluent setters, getters of the same name. A context
 * serves one launch; not thread-safe before that, immutable after it.
 * <p>
 * A system property is the default of its option: {@code trickle.server.} and the words of the option, as
 * {@code trickle.server.idle.timeout=5m} for {@link #idleTimeoutNs()} or {@code trickle.server.max.channels=16k}.
 */
public final class TrickleServerContext {
    /** Longest configurable duration: 365 days. */
    public static final long MAX_DURATION_NS = TimeUnit.DAYS.toNanos(365);

    /** Default of {@link #host()}. */
    public static final String DEFAULT_HOST = "127.0.0.1";

    /** Default of {@link #port()}. */
    public static final int DEFAULT_PORT = 0;

    /** Default of {@link #basePath()}. */
    public static final String DEFAULT_BASE_PATH = "/";

    /** Default of {@link #autocreate()}. */
    public static final boolean DEFAULT_AUTOCREATE = false;

    /** Default of {@link #idleTimeoutNs()}. */
    public static final long DEFAULT_IDLE_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(5);

    /** Default of {@link #sweepIntervalNs()}. */
    public static final long DEFAULT_SWEEP_INTERVAL_NS = TimeUnit.MINUTES.toNanos(1);

    /** Default of {@link #maxSegmentLength()}. */
    public static final long DEFAULT_MAX_SEGMENT_LENGTH = 32L << 20;

    /** Default of {@link #retainedSegments()}. */
    public static final int DEFAULT_RETAINED_SEGMENTS = 5;

    /** Default of {@link #maxRetainedSegments()}. */
    public static final int DEFAULT_MAX_RETAINED_SEGMENTS = 256;

    /** Default of {@link #retainedBytes()}: no limit. */
    public static final long DEFAULT_RETAINED_BYTES = 0;

    /** Default of {@link #retainedAgeNs()}: no limit. */
    public static final long DEFAULT_RETAINED_AGE_NS = 0;

    /** Default of {@link #delivery()}. */
    public static final Delivery DEFAULT_DELIVERY = Delivery.LIVE;

    /** Default of {@link #losslessDeadlineNs()}: 10 s. */
    public static final long DEFAULT_LOSSLESS_DEADLINE_NS = TimeUnit.SECONDS.toNanos(10);

    /** Default of {@link #maxPinnedBytes()}: half of the direct memory that the JVM may use. */
    public static final long DEFAULT_MAX_PINNED_BYTES = 0;

    /** Default of {@link #maxChannels()}. */
    public static final int DEFAULT_MAX_CHANNELS = 16_384;

    /** Default of {@link #maxReadersPerChannel()}. */
    public static final int DEFAULT_MAX_READERS_PER_CHANNEL = 16_384;

    /** Default of {@link #maxHeaderSize()}. */
    public static final int DEFAULT_MAX_HEADER_SIZE = 16_384;

    /** Default of {@link #eventLoopThreads()}. */
    public static final int DEFAULT_EVENT_LOOP_THREADS = 1;

    /** Default of {@link #transport()}. */
    public static final String DEFAULT_TRANSPORT = "auto";

    /** Default of {@link #provisionalIntervalNs()}. */
    public static final long DEFAULT_PROVISIONAL_INTERVAL_NS = TimeUnit.SECONDS.toNanos(10);

    /** Default of {@link #abortGraceNs()}. */
    public static final long DEFAULT_ABORT_GRACE_NS = TimeUnit.SECONDS.toNanos(5);

    /** Default of {@link #gapGraceNs()}. */
    public static final long DEFAULT_GAP_GRACE_NS = TimeUnit.SECONDS.toNanos(1);

    /** Default of {@link #closeLingerNs()}. */
    public static final long DEFAULT_CLOSE_LINGER_NS = TimeUnit.SECONDS.toNanos(10);

    /** Default of {@link #tombstoneNs()}. */
    public static final long DEFAULT_TOMBSTONE_NS = TimeUnit.SECONDS.toNanos(60);

    /** Default of {@link #readerStallTimeoutNs()}: 60 s. */
    public static final long DEFAULT_READER_STALL_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    /** Default of {@link #connectionLingerNs()}. */
    public static final long DEFAULT_CONNECTION_LINGER_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Default of {@link #headTimeoutNs()}. */
    public static final long DEFAULT_HEAD_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    /** Default of {@link #keepAliveTimeoutNs()}. */
    public static final long DEFAULT_KEEP_ALIVE_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(10);

    /** Default of {@link #tlsProvider()}. */
    public static final String DEFAULT_TLS_PROVIDER = "auto";

    /** Default of {@link #http2()}. */
    public static final boolean DEFAULT_HTTP2 = true;

    /** Default of {@link #maxStreamsPerConnection()}. */
    public static final int DEFAULT_MAX_STREAMS_PER_CONNECTION = 4096;

    /** Default of {@link #changefeed()}. */
    public static final boolean DEFAULT_CHANGEFEED = false;

    /** Default of {@link #changefeedRetainedSegments()}. */
    public static final int DEFAULT_CHANGEFEED_RETAINED_SEGMENTS = 64;

    /** Default of {@link #restartBelowWindow()}. */
    public static final boolean DEFAULT_RESTART_BELOW_WINDOW = true;

    /** Default of {@link #admitAhead()}. */
    public static final boolean DEFAULT_ADMIT_AHEAD = false;

    /** Default of {@link #maxProvisionals()}. */
    public static final int DEFAULT_MAX_PROVISIONALS = 0;

    /** Default of {@link #maxNameLength()}. */
    public static final int DEFAULT_MAX_NAME_LENGTH = 512;

    /** Default of {@link #maxConnections()}. */
    public static final int DEFAULT_MAX_CONNECTIONS = 65_536;

    /** Default of {@link #minKeepaliveNs()}. */
    public static final long DEFAULT_MIN_KEEPALIVE_NS = TimeUnit.SECONDS.toNanos(1);

    private final Map<String, RequestHandler> routes = new LinkedHashMap<>();
    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private boolean concluded;
    private String host = DEFAULT_HOST;
    private int port = DEFAULT_PORT;
    private String basePath = DEFAULT_BASE_PATH;
    private boolean autocreate = DEFAULT_AUTOCREATE;
    private long idleTimeoutNs = DEFAULT_IDLE_TIMEOUT_NS;
    private long sweepIntervalNs = DEFAULT_SWEEP_INTERVAL_NS;
    private long maxSegmentLength = DEFAULT_MAX_SEGMENT_LENGTH;
    private int retainedSegments = DEFAULT_RETAINED_SEGMENTS;
    private int maxRetainedSegments = DEFAULT_MAX_RETAINED_SEGMENTS;
    private long retainedBytes = DEFAULT_RETAINED_BYTES;
    private long retainedAgeNs = DEFAULT_RETAINED_AGE_NS;
    private Delivery delivery = DEFAULT_DELIVERY;
    private long losslessDeadlineNs = DEFAULT_LOSSLESS_DEADLINE_NS;
    private long maxPinnedBytes = DEFAULT_MAX_PINNED_BYTES;
    private int maxChannels = DEFAULT_MAX_CHANNELS;
    private int maxReadersPerChannel = DEFAULT_MAX_READERS_PER_CHANNEL;
    private int maxHeaderSize = DEFAULT_MAX_HEADER_SIZE;
    private int eventLoopThreads = DEFAULT_EVENT_LOOP_THREADS;
    private String transport = DEFAULT_TRANSPORT;
    private long provisionalIntervalNs = DEFAULT_PROVISIONAL_INTERVAL_NS;
    private long abortGraceNs = DEFAULT_ABORT_GRACE_NS;
    private long gapGraceNs = DEFAULT_GAP_GRACE_NS;
    private long closeLingerNs = DEFAULT_CLOSE_LINGER_NS;
    private long tombstoneNs = DEFAULT_TOMBSTONE_NS;
    private long connectionLingerNs = DEFAULT_CONNECTION_LINGER_NS;
    private long readerStallTimeoutNs = DEFAULT_READER_STALL_TIMEOUT_NS;
    private long headTimeoutNs = DEFAULT_HEAD_TIMEOUT_NS;
    private long keepAliveTimeoutNs = DEFAULT_KEEP_ALIVE_TIMEOUT_NS;
    private Path tlsCertificate;
    private Path tlsKey;
    private String tlsProvider = DEFAULT_TLS_PROVIDER;
    private boolean http2 = DEFAULT_HTTP2;
    private int maxStreamsPerConnection = DEFAULT_MAX_STREAMS_PER_CONNECTION;
    private boolean changefeed = DEFAULT_CHANGEFEED;
    private int changefeedRetainedSegments = DEFAULT_CHANGEFEED_RETAINED_SEGMENTS;
    private boolean restartBelowWindow = DEFAULT_RESTART_BELOW_WINDOW;
    private boolean admitAhead = DEFAULT_ADMIT_AHEAD;
    private int maxProvisionals = DEFAULT_MAX_PROVISIONALS;
    private int maxNameLength = DEFAULT_MAX_NAME_LENGTH;
    private int maxConnections = DEFAULT_MAX_CONNECTIONS;
    private long minKeepaliveNs = DEFAULT_MIN_KEEPALIVE_NS;
    private Authorizer authorizer = Authorizer.ALLOW_ALL;

    /**
     * With the defaults, or what system properties say instead.
     *
     * @throws IllegalArgumentException if the value of a property cannot be understood.
     */
    public TrickleServerContext() {
        ContextProperties.apply(this, "trickle.server.", System.getProperties());
    }

    /**
     * Address to listen on; a name or a literal address.
     *
     * @param host new value.
     * @return this.
     */
    public TrickleServerContext host(final String host) {
        requireOpen();
        this.host = Objects.requireNonNull(host, "host");
        return this;
    }

    /** Address to listen on; a name or a literal address. */
    public String host() {
        return host;
    }

    /**
     * TCP port, 0..65535; 0 lets the system choose. Range 0 to 65535.
     *
     * @param port new value.
     * @return this.
     */
    public TrickleServerContext port(final int port) {
        requireOpen();
        this.port = port;
        return this;
    }

    /** TCP port, 0..65535; 0 lets the system choose. */
    public int port() {
        return port;
    }

    /**
     * Path under which channels are served; begins and ends with a slash.
     *
     * @param basePath new value.
     * @return this.
     */
    public TrickleServerContext basePath(final String basePath) {
        requireOpen();
        this.basePath = Objects.requireNonNull(basePath, "basePath");
        return this;
    }

    /** Path under which channels are served; begins and ends with a slash. */
    public String basePath() {
        return basePath;
    }

    /**
     * Whether peers may create channels, by {@code POST} of a channel or of a segment.
     *
     * @param autocreate new value.
     * @return this.
     */
    public TrickleServerContext autocreate(final boolean autocreate) {
        requireOpen();
        this.autocreate = autocreate;
        return this;
    }

    /** Whether peers may create channels, by {@code POST} of a channel or of a segment. */
    public boolean autocreate() {
        return autocreate;
    }

    /**
     * A channel without a byte for longer than this is closed. Names that begin with an underscore are exempt. Range 1
     * to {@link #MAX_DURATION_NS}.
     *
     * @param idleTimeoutNs new value.
     * @return this.
     */
    public TrickleServerContext idleTimeoutNs(final long idleTimeoutNs) {
        requireOpen();
        this.idleTimeoutNs = idleTimeoutNs;
        return this;
    }

    /** A channel without a byte for longer than this is closed. Names that begin with an underscore are exempt. */
    public long idleTimeoutNs() {
        return idleTimeoutNs;
    }

    /**
     * How often idle channels are looked for. Range 1000000 to {@link #MAX_DURATION_NS}.
     *
     * @param sweepIntervalNs new value.
     * @return this.
     */
    public TrickleServerContext sweepIntervalNs(final long sweepIntervalNs) {
        requireOpen();
        this.sweepIntervalNs = sweepIntervalNs;
        return this;
    }

    /** How often idle channels are looked for. */
    public long sweepIntervalNs() {
        return sweepIntervalNs;
    }

    /**
     * Bytes stored of one segment; what exceeds it is read, counted and not stored. Range 1 to 1L << 40.
     *
     * @param maxSegmentLength new value.
     * @return this.
     */
    public TrickleServerContext maxSegmentLength(final long maxSegmentLength) {
        requireOpen();
        this.maxSegmentLength = maxSegmentLength;
        return this;
    }

    /** Bytes stored of one segment; what exceeds it is read, counted and not stored. */
    public long maxSegmentLength() {
        return maxSegmentLength;
    }

    /**
     * Segments that a channel remembers, open ones included. Range 2 to 1024.
     *
     * @param retainedSegments new value.
     * @return this.
     */
    public TrickleServerContext retainedSegments(final int retainedSegments) {
        requireOpen();
        this.retainedSegments = retainedSegments;
        return this;
    }

    /** Segments that a channel remembers, open ones included. */
    public int retainedSegments() {
        return retainedSegments;
    }

    /**
     * Most segments that a channel may ask to remember, and that a lossless channel keeps for readers that are behind.
     * Range 2 to 1024, at least {@link #retainedSegments()}.
     *
     * @param maxRetainedSegments new value.
     * @return this.
     */
    public TrickleServerContext maxRetainedSegments(final int maxRetainedSegments) {
        requireOpen();
        this.maxRetainedSegments = maxRetainedSegments;
        return this;
    }

    /**
     * Most segments that a channel may ask to remember, and that a lossless channel keeps for readers that are behind.
     */
    public int maxRetainedSegments() {
        return maxRetainedSegments;
    }

    /**
     * Bytes of memory that the window of a channel may pin: the lowest ended segments go first. 0 for no limit. Range
     * 0 to 1L << 40.
     *
     * @param retainedBytes new value.
     * @return this.
     */
    public TrickleServerContext retainedBytes(final long retainedBytes) {
        requireOpen();
        this.retainedBytes = retainedBytes;
        return this;
    }

    /** Bytes of memory that the window of a channel may pin: the lowest ended segments go first. 0 for no limit. */
    public long retainedBytes() {
        return retainedBytes;
    }

    /**
     * How long a segment is remembered after its end. 0 for no limit. Range 0 to {@link #MAX_DURATION_NS}.
     *
     * @param retainedAgeNs new value.
     * @return this.
     */
    public TrickleServerContext retainedAgeNs(final long retainedAgeNs) {
        requireOpen();
        this.retainedAgeNs = retainedAgeNs;
        return this;
    }

    /** How long a segment is remembered after its end. 0 for no limit. */
    public long retainedAgeNs() {
        return retainedAgeNs;
    }

    /**
     * Who gives way when a reader is slower than the writer, unless a channel is created with its own choice.
     *
     * @param delivery new value.
     * @return this.
     */
    public TrickleServerContext delivery(final Delivery delivery) {
        requireOpen();
        this.delivery = Objects.requireNonNull(delivery, "delivery");
        return this;
    }

    /** Who gives way when a reader is slower than the writer, unless a channel is created with its own choice. */
    public Delivery delivery() {
        return delivery;
    }

    /**
     * How long the writer of a lossless channel is held back for its slowest readers; then they lose what was kept for
     * them. Range 1000000 to {@link #MAX_DURATION_NS}.
     *
     * @param losslessDeadlineNs new value.
     * @return this.
     */
    public TrickleServerContext losslessDeadlineNs(final long losslessDeadlineNs) {
        requireOpen();
        this.losslessDeadlineNs = losslessDeadlineNs;
        return this;
    }

    /**
     * How long the writer of a lossless channel is held back for its slowest readers; then they lose what was kept for
     * them.
     */
    public long losslessDeadlineNs() {
        return losslessDeadlineNs;
    }

    /**
     * Bytes of memory that all segments of this server may pin. When it is nearly reached, ended segments go early;
     * when it is reached, live segments are cut short and writers of lossless channels held back. 0 for half of the
     * direct memory that the JVM may use. Range 0 or 65536 to 1L << 50.
     *
     * @param maxPinnedBytes new value.
     * @return this.
     */
    public TrickleServerContext maxPinnedBytes(final long maxPinnedBytes) {
        requireOpen();
        this.maxPinnedBytes = maxPinnedBytes;
        return this;
    }

    /**
     * Bytes of memory that all segments of this server may pin. When it is nearly reached, ended segments go early;
     * when it is reached, live segments are cut short and writers of lossless channels held back. 0 for half of the
     * direct memory that the JVM may use.
     */
    public long maxPinnedBytes() {
        return maxPinnedBytes;
    }

    /**
     * Open channels of this server; further ones are refused with 503. Range 1 to 1 << 24.
     *
     * @param maxChannels new value.
     * @return this.
     */
    public TrickleServerContext maxChannels(final int maxChannels) {
        requireOpen();
        this.maxChannels = maxChannels;
        return this;
    }

    /** Open channels of this server; further ones are refused with 503. */
    public int maxChannels() {
        return maxChannels;
    }

    /**
     * Parked or streaming reads of one channel; further ones are refused with 503. Range 1 to 1 << 24.
     *
     * @param maxReadersPerChannel new value.
     * @return this.
     */
    public TrickleServerContext maxReadersPerChannel(final int maxReadersPerChannel) {
        requireOpen();
        this.maxReadersPerChannel = maxReadersPerChannel;
        return this;
    }

    /** Parked or streaming reads of one channel; further ones are refused with 503. */
    public int maxReadersPerChannel() {
        return maxReadersPerChannel;
    }

    /**
     * Bytes of one request head, request line included; beyond it 431 or 414. Range 256 to 1 << 20.
     *
     * @param maxHeaderSize new value.
     * @return this.
     */
    public TrickleServerContext maxHeaderSize(final int maxHeaderSize) {
        requireOpen();
        this.maxHeaderSize = maxHeaderSize;
        return this;
    }

    /** Bytes of one request head, request line included; beyond it 431 or 414. */
    public int maxHeaderSize() {
        return maxHeaderSize;
    }

    /**
     * Event loop threads, named {@code trickle-loop-n}. Range 1 to 256.
     *
     * @param eventLoopThreads new value.
     * @return this.
     */
    public TrickleServerContext eventLoopThreads(final int eventLoopThreads) {
        requireOpen();
        this.eventLoopThreads = eventLoopThreads;
        return this;
    }

    /** Event loop threads, named {@code trickle-loop-n}. */
    public int eventLoopThreads() {
        return eventLoopThreads;
    }

    /**
     * {@code epoll}, {@code nio}, {@code io_uring}, or {@code auto} for epoll where it loads and nio elsewhere.
     *
     * @param transport new value.
     * @return this.
     */
    public TrickleServerContext transport(final String transport) {
        requireOpen();
        this.transport = Objects.requireNonNull(transport, "transport");
        return this;
    }

    /** {@code epoll}, {@code nio}, {@code io_uring}, or {@code auto} for epoll where it loads and nio elsewhere. */
    public String transport() {
        return transport;
    }

    /**
     * Interval of {@code 100 Continue} to a publisher that has not sent a byte. Range 1000000 to {@link
     * #MAX_DURATION_NS}.
     *
     * @param provisionalIntervalNs new value.
     * @return this.
     */
    public TrickleServerContext provisionalIntervalNs(final long provisionalIntervalNs) {
        requireOpen();
        this.provisionalIntervalNs = provisionalIntervalNs;
        return this;
    }

    /** Interval of {@code 100 Continue} to a publisher that has not sent a byte. */
    public long provisionalIntervalNs() {
        return provisionalIntervalNs;
    }

    /**
     * How long the place of a lost peer is kept: a segment whose publisher was lost in mid-body waits for another one,
     * a lossless channel waits for the next request of a reader. Range 0 to {@link #MAX_DURATION_NS}.
     *
     * @param abortGraceNs new value.
     * @return this.
     */
    public TrickleServerContext abortGraceNs(final long abortGraceNs) {
        requireOpen();
        this.abortGraceNs = abortGraceNs;
        return this;
    }

    /** How long the place of a lost peer is kept: of a publisher in mid-body, and of a reader of a lossless channel. */
    public long abortGraceNs() {
        return abortGraceNs;
    }

    /**
     * How long readers of a skipped number wait before they are released. Range 0 to {@link #MAX_DURATION_NS}.
     *
     * @param gapGraceNs new value.
     * @return this.
     */
    public TrickleServerContext gapGraceNs(final long gapGraceNs) {
        requireOpen();
        this.gapGraceNs = gapGraceNs;
        return this;
    }

    /** How long readers of a skipped number wait before they are released. */
    public long gapGraceNs() {
        return gapGraceNs;
    }

    /**
     * How long the segments of a closed channel stay readable. Range 0 to {@link #MAX_DURATION_NS}.
     *
     * @param closeLingerNs new value.
     * @return this.
     */
    public TrickleServerContext closeLingerNs(final long closeLingerNs) {
        requireOpen();
        this.closeLingerNs = closeLingerNs;
        return this;
    }

    /** How long the segments of a closed channel stay readable. */
    public long closeLingerNs() {
        return closeLingerNs;
    }

    /**
     * How long a closed channel is told from an unknown one. Range 0 to {@link #MAX_DURATION_NS}.
     *
     * @param tombstoneNs new value.
     * @return this.
     */
    public TrickleServerContext tombstoneNs(final long tombstoneNs) {
        requireOpen();
        this.tombstoneNs = tombstoneNs;
        return this;
    }

    /** How long a closed channel is told from an unknown one. */
    public long tombstoneNs() {
        return tombstoneNs;
    }

    /**
     * How long a connection answered early is read and discarded before it is closed. Range 0 to {@link
     * #MAX_DURATION_NS}.
     *
     * @param connectionLingerNs new value.
     * @return this.
     */
    public TrickleServerContext connectionLingerNs(final long connectionLingerNs) {
        requireOpen();
        this.connectionLingerNs = connectionLingerNs;
        return this;
    }

    /** How long a connection answered early is read and discarded before it is closed. */
    public long connectionLingerNs() {
        return connectionLingerNs;
    }

    /**
     * How long a peer may take nothing of what waits for it before it is disconnected. Range 1 ms to {@link
     * #MAX_DURATION_NS}.
     *
     * @param readerStallTimeoutNs new value.
     * @return this.
     */
    public TrickleServerContext readerStallTimeoutNs(final long readerStallTimeoutNs) {
        requireOpen();
        this.readerStallTimeoutNs = readerStallTimeoutNs;
        return this;
    }

    /** How long a peer may take nothing of what waits for it before it is disconnected. */
    public long readerStallTimeoutNs() {
        return readerStallTimeoutNs;
    }

    /**
     * How long a request head, a TLS handshake or a preface of HTTP/2 may take from its first byte to its last; then
     * the connection is closed, a head with 408. A connection on which nothing has arrived is left alone. Range 1 ms to
     * {@link #MAX_DURATION_NS}.
     *
     * @param headTimeoutNs new value.
     * @return this.
     */
    public TrickleServerContext headTimeoutNs(final long headTimeoutNs) {
        requireOpen();
        this.headTimeoutNs = headTimeoutNs;
        return this;
    }

    /** How long a request head, a TLS handshake or a preface of HTTP/2 may take from its first byte to its last. */
    public long headTimeoutNs() {
        return headTimeoutNs;
    }

    /**
     * How long a connection that was used may have nothing to do before it is closed; a parked or streaming request is
     * something to do, and a connection that was never used is left alone. Range 1 ms to {@link #MAX_DURATION_NS}.
     *
     * @param keepAliveTimeoutNs new value.
     * @return this.
     */
    public TrickleServerContext keepAliveTimeoutNs(final long keepAliveTimeoutNs) {
        requireOpen();
        this.keepAliveTimeoutNs = keepAliveTimeoutNs;
        return this;
    }

    /** How long a connection that was used may have nothing to do before it is closed. */
    public long keepAliveTimeoutNs() {
        return keepAliveTimeoutNs;
    }

    /**
     * Certificate chain of the server, PEM; with {@link #tlsKey(Path)} switches TLS on. Absent by default.
     *
     * @param tlsCertificate new value.
     * @return this.
     */
    public TrickleServerContext tlsCertificate(final Path tlsCertificate) {
        requireOpen();
        this.tlsCertificate = tlsCertificate;
        return this;
    }

    /** Certificate chain of the server, PEM; with {@link #tlsKey()} switches TLS on. Absent by default. */
    public Path tlsCertificate() {
        return tlsCertificate;
    }

    /**
     * Private key of the certificate, PEM in PKCS #8, without a password. Absent by default.
     *
     * @param tlsKey new value.
     * @return this.
     */
    public TrickleServerContext tlsKey(final Path tlsKey) {
        requireOpen();
        this.tlsKey = tlsKey;
        return this;
    }

    /** Private key of the certificate, PEM in PKCS #8, without a password. Absent by default. */
    public Path tlsKey() {
        return tlsKey;
    }

    /** Whether connections are under TLS. */
    public boolean isTls() {
        return tlsCertificate != null;
    }

    /**
     * {@code openssl} (BoringSSL comes with the library), {@code jdk}, or {@code auto} for openssl where it loads and
     * jdk elsewhere.
     *
     * @param tlsProvider new value.
     * @return this.
     */
    public TrickleServerContext tlsProvider(final String tlsProvider) {
        requireOpen();
        this.tlsProvider = Objects.requireNonNull(tlsProvider, "tlsProvider");
        return this;
    }

    /** {@code openssl}, {@code jdk}, or {@code auto} for openssl where it loads and jdk elsewhere. */
    public String tlsProvider() {
        return tlsProvider;
    }

    /**
     * Whether HTTP/2 is served beside HTTP/1.1: by ALPN under TLS, by prior knowledge without.
     *
     * @param http2 new value.
     * @return this.
     */
    public TrickleServerContext http2(final boolean http2) {
        requireOpen();
        this.http2 = http2;
        return this;
    }

    /** Whether HTTP/2 is served beside HTTP/1.1: by ALPN under TLS, by prior knowledge without. */
    public boolean http2() {
        return http2;
    }

    /**
     * Requests of one HTTP/2 connection at a time, parked ones included; further streams are refused. Range 1 to 1 <<
     * 20.
     *
     * @param maxStreamsPerConnection new value.
     * @return this.
     */
    public TrickleServerContext maxStreamsPerConnection(final int maxStreamsPerConnection) {
        requireOpen();
        this.maxStreamsPerConnection = maxStreamsPerConnection;
        return this;
    }

    /** Requests of one HTTP/2 connection at a time, parked ones included; further streams are refused. */
    public int maxStreamsPerConnection() {
        return maxStreamsPerConnection;
    }

    /**
     * Whether the server tells which channels come and go, on the channel {@code _changes}, which only it may write and
     * which exists as long as the server.
     *
     * @param changefeed new value.
     * @return this.
     */
    public TrickleServerContext changefeed(final boolean changefeed) {
        requireOpen();
        this.changefeed = changefeed;
        return this;
    }

    /**
     * Whether the server tells which channels come and go, on the channel {@code _changes}, which only it may write and
     * which exists as long as the server.
     */
    public boolean changefeed() {
        return changefeed;
    }

    /**
     * Events that the changefeed remembers; who is further behind asks for a snapshot. Range 2 to 1024.
     *
     * @param changefeedRetainedSegments new value.
     * @return this.
     */
    public TrickleServerContext changefeedRetainedSegments(final int changefeedRetainedSegments) {
        requireOpen();
        this.changefeedRetainedSegments = changefeedRetainedSegments;
        return this;
    }

    /** Events that the changefeed remembers; who is further behind asks for a snapshot. */
    public int changefeedRetainedSegments() {
        return changefeedRetainedSegments;
    }

    /**
     * Whether a segment written below the retained window restarts the channel at its number with its first byte;
     * otherwise it is answered 200 at once and not stored, as one that is complete.
     *
     * @param restartBelowWindow new value.
     * @return this.
     */
    public TrickleServerContext restartBelowWindow(final boolean restartBelowWindow) {
        requireOpen();
        this.restartBelowWindow = restartBelowWindow;
        return this;
    }

    /**
     * Whether a segment written below the retained window restarts the channel at its number with its first byte;
     * otherwise it is answered 200 at once and not stored, as one that is complete.
     */
    public boolean restartBelowWindow() {
        return restartBelowWindow;
    }

    /**
     * Whether a reader may wait for the number behind the next one too, instead of being answered 470.
     *
     * @param admitAhead new value.
     * @return this.
     */
    public TrickleServerContext admitAhead(final boolean admitAhead) {
        requireOpen();
        this.admitAhead = admitAhead;
        return this;
    }

    /** Whether a reader may wait for the number behind the next one too, instead of being answered 470. */
    public boolean admitAhead() {
        return admitAhead;
    }

    /**
     * Provisional responses to one publication, whose peers may bear only a few (Go before 1.24: five); 0 for no
     * limit. Range 0 to 1 << 20.
     *
     * @param maxProvisionals new value.
     * @return this.
     */
    public TrickleServerContext maxProvisionals(final int maxProvisionals) {
        requireOpen();
        this.maxProvisionals = maxProvisionals;
        return this;
    }

    /** Provisional responses to one publication; 0 for no limit. */
    public int maxProvisionals() {
        return maxProvisionals;
    }

    /**
     * Characters of the name of a channel, decoded; a longer one is not created, over HTTP answered 414. Range 1 to
     * 16_384.
     *
     * @param maxNameLength new value.
     * @return this.
     */
    public TrickleServerContext maxNameLength(final int maxNameLength) {
        requireOpen();
        this.maxNameLength = maxNameLength;
        return this;
    }

    /** Characters of the name of a channel, decoded; a longer one is not created, over HTTP answered 414. */
    public int maxNameLength() {
        return maxNameLength;
    }

    /**
     * Connections at a time; further ones are closed as soon as they are accepted. Range 1 to 1 << 24.
     *
     * @param maxConnections new value.
     * @return this.
     */
    public TrickleServerContext maxConnections(final int maxConnections) {
        requireOpen();
        this.maxConnections = maxConnections;
        return this;
    }

    /** Connections at a time; further ones are closed as soon as they are accepted. */
    public int maxConnections() {
        return maxConnections;
    }

    /**
     * Shortest interval of the {@code 102 Processing} that a parked reader may ask for by {@code Lp-Trickle-Keepalive:
     * seconds}. Range 1000000 to {@link #MAX_DURATION_NS}.
     *
     * @param minKeepaliveNs new value.
     * @return this.
     */
    public TrickleServerContext minKeepaliveNs(final long minKeepaliveNs) {
        requireOpen();
        this.minKeepaliveNs = minKeepaliveNs;
        return this;
    }

    /**
     * Shortest interval of the {@code 102 Processing} that a parked reader may ask for by {@code Lp-Trickle-Keepalive:
     * seconds}.
     */
    public long minKeepaliveNs() {
        return minKeepaliveNs;
    }

    /**
     * Decides on every operation that peers ask for.
     *
     * @param authorizer new value.
     * @return this.
     */
    public TrickleServerContext authorizer(final Authorizer authorizer) {
        requireOpen();
        this.authorizer = Objects.requireNonNull(authorizer, "authorizer");
        return this;
    }

    /** Decides on every operation that peers ask for. Default {@link Authorizer#ALLOW_ALL}. */
    public Authorizer authorizer() {
        return authorizer;
    }

    /**
     * Adds a route beside the channels. The path is compared with the raw path of the request: as a whole, or as a
     * prefix if it ends with a slash; the longest match wins, and wins over a channel of the same name.
     *
     * @param path    begins with a slash.
     * @param handler serves every verb of that path.
     * @return this.
     */
    public TrickleServerContext route(final String path, final RequestHandler handler) {
        requireOpen();
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("route=" + path + ": expected a path that begins with a slash");
        }
        if (routes.putIfAbsent(path, Objects.requireNonNull(handler, "handler")) != null) {
            throw new IllegalArgumentException("route=" + path + ": already defined");
        }
        return this;
    }

    /** Routes by path, in the order of definition. */
    public Map<String, RequestHandler> routes() {
        return Map.copyOf(routes);
    }

    /**
     * Clock of idle times, grace times and tombstones.
     *
     * @param nanoClock monotonic.
     * @return this.
     */
    public TrickleServerContext nanoClock(final NanoClock nanoClock) {
        requireOpen();
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
        return this;
    }

    /** Clock of idle times, grace times and tombstones. */
    public NanoClock nanoClock() {
        return nanoClock;
    }

    /**
     * Checks ranges and combinations and ends configuration. Called by the launch.
     *
     * @return this.
     * @throws IllegalArgumentException if a value is out of its range or does not fit another one.
     * @throws IllegalStateException    if this context was used before.
     */
    public TrickleServerContext conclude() {
        requireOpen();
        requireNetwork();
        requireLimits();
        requireTimes();
        requireTlsFiles();
        requireCombinations();
        concluded = true;
        return this;
    }

    private void requireNetwork() {
        requireRange("port", port, 0, 65_535);
        requireRange("eventLoopThreads", eventLoopThreads, 1, 256);
        requireOneOf("transport", transport, "auto", "epoll", "nio", "io_uring");
        requireOneOf("tlsProvider", tlsProvider, "auto", "openssl", "jdk");
        if (!basePath.startsWith("/") || !basePath.endsWith("/") || basePath.contains("//")) {
            throw new IllegalArgumentException("basePath=" + basePath + ": expected /, /a/ or /a/b/");
        }
    }

    private void requireLimits() {
        requireRange("maxSegmentLength", maxSegmentLength, 1, 1L << 40);
        requireRange("retainedSegments", retainedSegments, 2, 1024);
        requireRange("maxRetainedSegments", maxRetainedSegments, 2, 1024);
        requireRange("changefeedRetainedSegments", changefeedRetainedSegments, 2, 1024);
        requireRange("retainedBytes", retainedBytes, 0, 1L << 40);
        if (maxPinnedBytes != 0) {
            requireRange("maxPinnedBytes", maxPinnedBytes, 1 << 16, 1L << 50);
        }
        requireRange("maxChannels", maxChannels, 1, 1 << 24);
        requireRange("maxNameLength", maxNameLength, 1, 16_384);
        requireRange("maxReadersPerChannel", maxReadersPerChannel, 1, 1 << 24);
        requireRange("maxHeaderSize", maxHeaderSize, 256, 1 << 20);
        requireRange("maxConnections", maxConnections, 1, 1 << 24);
        requireRange("maxStreamsPerConnection", maxStreamsPerConnection, 1, 1 << 20);
        requireRange("maxProvisionals", maxProvisionals, 0, 1 << 20);
    }

    private void requireTimes() {
        requireRange("idleTimeoutNs", idleTimeoutNs, 1, MAX_DURATION_NS);
        requireRange("sweepIntervalNs", sweepIntervalNs, 1_000_000, MAX_DURATION_NS);
        requireRange("retainedAgeNs", retainedAgeNs, 0, MAX_DURATION_NS);
        requireRange("losslessDeadlineNs", losslessDeadlineNs, 1_000_000, MAX_DURATION_NS);
        requireRange("provisionalIntervalNs", provisionalIntervalNs, 1_000_000, MAX_DURATION_NS);
        requireRange("minKeepaliveNs", minKeepaliveNs, 1_000_000, MAX_DURATION_NS);
        requireRange("abortGraceNs", abortGraceNs, 0, MAX_DURATION_NS);
        requireRange("gapGraceNs", gapGraceNs, 0, MAX_DURATION_NS);
        requireRange("closeLingerNs", closeLingerNs, 0, MAX_DURATION_NS);
        requireRange("tombstoneNs", tombstoneNs, 0, MAX_DURATION_NS);
        requireRange("connectionLingerNs", connectionLingerNs, 0, MAX_DURATION_NS);
        requireRange("readerStallTimeoutNs", readerStallTimeoutNs, 1_000_000, MAX_DURATION_NS);
        requireRange("headTimeoutNs", headTimeoutNs, 1_000_000, MAX_DURATION_NS);
        requireRange("keepAliveTimeoutNs", keepAliveTimeoutNs, 1_000_000, MAX_DURATION_NS);
    }

    private void requireCombinations() {
        if (closeLingerNs > tombstoneNs) {
            throw new IllegalArgumentException("closeLingerNs=" + closeLingerNs + " > tombstoneNs=" + tombstoneNs);
        }
        if (retainedSegments > maxRetainedSegments) {
            throw new IllegalArgumentException(
                "retainedSegments=" + retainedSegments + " > maxRetainedSegments=" + maxRetainedSegments);
        }
    }

    /** Effective values. */
    @Override
    public String toString() {
        return ContextProperties.describe(this);
    }

    private void requireTlsFiles() {
        if ((tlsCertificate == null) != (tlsKey == null)) {
            throw new IllegalArgumentException(
                "tlsCertificate=" + tlsCertificate + " tlsKey=" + tlsKey + ": expected both or neither");
        }
        if (isTls()) {
            requireReadable("tlsCertificate", tlsCertificate);
            requireReadable("tlsKey", tlsKey);
        }
    }

    private static void requireReadable(final String name, final Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(name + "=" + file + ": cannot be read");
        }
    }

    private static void requireOneOf(final String name, final String value, final String... expected) {
        if (!List.of(expected).contains(value)) {
            throw new IllegalArgumentException(
                name + "=" + value + ": expected one of " + String.join(", ", expected));
        }
    }

    private static void requireRange(final String name, final long value, final long minimum, final long maximum) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(name + "=" + value + ": expected " + minimum + ".." + maximum);
        }
    }

    private void requireOpen() {
        if (concluded) {
            throw new IllegalStateException("this context was launched; make a new one");
        }
    }
}
