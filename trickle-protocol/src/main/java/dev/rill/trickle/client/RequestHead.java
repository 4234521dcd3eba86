package dev.rill.trickle.client;

import java.util.ArrayList;
import java.util.List;

/** Method, target and fields of a request, before the protocol that carries it is known. Immutable once handed on. */
final class RequestHead {
    private final String method;
    private final String target;
    private final Origin origin;
    private final List<String> fields = new ArrayList<>(6);
    private boolean streamed;

    RequestHead(final String method, final String target, final Origin origin) {
        this.method = method;
        this.target = target;
        this.origin = origin;
    }

    /** Adds a field; name and value are printable ASCII. */
    RequestHead with(final String name, final String value) {
        fields.add(name);
        fields.add(value);
        return this;
    }

    /** Says that a body of unknown length follows. */
    RequestHead streamed() {
        streamed = true;
        return this;
    }

    String method() {
        return method;
    }

    String target() {
        return target;
    }

    Origin origin() {
        return origin;
    }

    /** Names and values in turn. */
    List<String> fields() {
        return fields;
    }

    boolean isStreamed() {
        return streamed;
    }

    @Override
    public String toString() {
        return method + ' ' + target;
    }
}
