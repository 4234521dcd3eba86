package dev.rill.conform.wire;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** HTTP/1.1: one TCP connection, with or without TLS, for each {@code conn}. */
public final class Http1Dialer implements Dialer {
    private final Endpoint endpoint;

    /**
     * @param endpoint where to connect.
     */
    public Http1Dialer(final Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public RawConnection open(final int receiveBuffer) throws IOException {
        final Socket tcp = endpoint.connect(receiveBuffer);
        return new RawConnection(endpoint.authority(), tcp, endpoint.tls() ? secure(tcp) : tcp);
    }

    @Override
    public void close() {
        // Its connections share nothing.
    }

    private Socket secure(final Socket tcp) throws IOException {
        final SSLSocket socket = (SSLSocket) TrustAll.sockets().createSocket(
            tcp, endpoint.host(), endpoint.port(), true);
        final SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }
}
