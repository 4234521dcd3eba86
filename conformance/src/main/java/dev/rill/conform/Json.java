package dev.rill.conform;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON documents as maps (in the order of the text), lists, strings, longs, doubles, booleans and nulls. Any thread.
 */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {
    }

    /**
     * Reads one object from a text.
     *
     * @param text one JSON object and nothing else.
     * @return the object.
     * @throws IllegalArgumentException if the text is something else; the message shows it.
     */
    public static JsonObject parse(final String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            return whole(parser, text);
        } catch (final IOException e) {
            throw new IllegalArgumentException("not JSON: " + text, e);
        }
    }

    /**
     * Reads one object from a stream.
     *
     * @param in UTF-8; the caller closes it.
     * @return the object.
     * @throws IOException              if the stream fails or holds no JSON.
     * @throws IllegalArgumentException if it holds something other than one object.
     */
    public static JsonObject read(final InputStream in) throws IOException {
        try (JsonParser parser = FACTORY.createParser(in)) {
            return whole(parser, "the stream");
        }
    }

    /**
     * Writes a document on one line.
     *
     * @param value a {@link JsonObject}, map, list, string, number, boolean or null.
     * @return the document, without a line end.
     * @throws IllegalArgumentException if {@code value} is or holds something else.
     */
    public static String write(final Object value) {
        final StringWriter out = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            write(generator, value);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    private static JsonObject whole(final JsonParser parser, final String source) throws IOException {
        final boolean object = parser.nextToken() == JsonToken.START_OBJECT;
        final Object value = object ? object(parser) : null;
        if (!object || parser.nextToken() != null) {
            throw new IllegalArgumentException("expected one JSON object, got: " + source);
        }
        return JsonObject.of(value);
    }

    private static Object value(final JsonParser parser, final JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_NULL -> null;
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            default -> parser.getText();
        };
    }

    private static Map<String, Object> object(final JsonParser parser) throws IOException {
        final Map<String, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            final String name = parser.currentName();
            map.put(name, value(parser, parser.nextToken()));
        }
        return map;
    }

    private static List<Object> array(final JsonParser parser) throws IOException {
        final List<Object> list = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            list.add(value(parser, token));
        }
        return list;
    }

    private static void write(final JsonGenerator generator, final Object value) throws IOException {
        if (value instanceof JsonObject object) {
            write(generator, object.values());
        } else if (value instanceof Map<?, ?> map) {
            generator.writeStartObject();
            for (final Map.Entry<?, ?> entry : map.entrySet()) {
                generator.writeFieldName((String) entry.getKey());
                write(generator, entry.getValue());
            }
            generator.writeEndObject();
        } else if (value instanceof List<?> list) {
            generator.writeStartArray();
            for (final Object element : list) {
                write(generator, element);
            }
            generator.writeEndArray();
        } else {
            writeScalar(generator, value);
        }
    }

    private static void writeScalar(final JsonGenerator generator, final Object value) throws IOException {
        if (value == null) {
            generator.writeNull();
        } else if (value instanceof String text) {
            generator.writeString(text);
        } else if (value instanceof Boolean flag) {
            generator.writeBoolean(flag);
        } else if (value instanceof Long || value instanceof Integer) {
            generator.writeNumber(((Number) value).longValue());
        } else if (value instanceof Double number) {
            generator.writeNumber(number);
        } else {
            throw new IllegalArgumentException("not a JSON value: " + value.getClass().getName());
        }
    }
}
