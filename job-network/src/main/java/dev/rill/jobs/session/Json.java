package dev.rill.jobs.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;

/** Reads and writes the small JSON documents of a session. Objects keep the order of their members. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final JsonMapper SORTED =
        JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();
    private static final JsonMapper INDENTED = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() { };

    private Json() {
    }

    /**
     * Parses one JSON object.
     *
     * @param utf8 the whole document.
     * @return its members.
     * @throws IllegalArgumentException when it is not one JSON object, with the parser's reason.
     */
    public static Map<String, Object> parseObject(final byte[] utf8) {
        try {
            final Map<String, Object> members = MAPPER.readValue(utf8, OBJECT);
            if (members == null) {
                throw new IllegalArgumentException("expected a JSON object, got null");
            }
            return members;
        } catch (final JsonProcessingException e) {
            throw new IllegalArgumentException("expected a JSON object: " + e.getOriginalMessage(), e);
        } catch (final IOException e) {
            throw new IllegalArgumentException("expected a JSON object: " + e.getMessage(), e);
        }
    }

    /**
     * Writes a document without white space.
     *
     * @param document maps, lists, strings, numbers, booleans, null.
     * @return UTF-8 bytes.
     */
    public static byte[] write(final Map<String, ?> document) {
        return write(MAPPER, document);
    }

    /**
     * Writes a document with sorted keys, so that equal documents have equal bytes.
     *
     * @param document as in {@link #write}.
     * @return UTF-8 bytes.
     */
    public static byte[] writeSorted(final Map<String, ?> document) {
        return write(SORTED, document);
    }

    /**
     * Writes a document for people.
     *
     * @param document as in {@link #write}.
     * @return UTF-8 bytes.
     */
    public static byte[] writeIndented(final Map<String, ?> document) {
        return write(INDENTED, document);
    }

    private static byte[] write(final JsonMapper mapper, final Map<String, ?> document) {
        try {
            return mapper.writeValueAsBytes(document);
        } catch (final JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }
}
