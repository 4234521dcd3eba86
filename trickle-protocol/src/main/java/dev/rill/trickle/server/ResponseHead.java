package dev.rill.trickle.server;

/**
 * The head of one response while it is being put together; belongs to the {@link ServerStream} that began it, which
 * encodes it for its carriage. Event loop only.
 */
public interface ResponseHead {
    /**
     * Adds a field with a number.
     *
     * @param field which.
     * @param value decimal on the wire.
     */
    void put(Field field, long value);

    /**
     * Adds a field with a text.
     *
     * @param field which.
     * @param value without line breaks, ISO 8859-1.
     */
    void put(Field field, String value);
}
