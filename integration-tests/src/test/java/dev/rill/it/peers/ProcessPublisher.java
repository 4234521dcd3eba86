package dev.rill.it.peers;

import java.util.List;
import java.util.Map;

/** A publisher in a process of its own. */
final class ProcessPublisher implements PeerPublisher {
    private final PeerProcess process;

    ProcessPublisher(final List<String> command) {
        process = PeerProcess.start(command);
        process.expect("ready");
    }

    @Override
    public Sent publish(final long bytes) {
        process.send("{\"op\":\"segment\",\"bytes\":" + bytes + "}");
        return sent(process.expect("segment"));
    }

    @Override
    public long begin(final long bytes) {
        process.send("{\"op\":\"begin\",\"bytes\":" + bytes + "}");
        return sequence(process.expect("begun"));
    }

    @Override
    public Sent end() {
        process.send("{\"op\":\"end\"}");
        return sent(process.expect("segment"));
    }

    @Override
    public long drop() {
        process.send("{\"op\":\"drop\"}");
        return sequence(process.expect("dropped"));
    }

    @Override
    public void finish() {
        process.send("{\"op\":\"close\"}");
        process.expect("closed");
    }

    @Override
    public void close() {
        process.close();
    }

    private static Sent sent(final Map<String, String> event) {
        return new Sent(
            sequence(event), Long.parseLong(event.get("bytes")), event.get("sha256"), event.get("outcome"));
    }

    private static long sequence(final Map<String, String> event) {
        return Long.parseLong(event.get("sequence"));
    }
}
