package dev.rill.conform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON object with typed access to its members. A member of another type than asked for is an
 * {@link IllegalArgumentException} that names it.
 *
 * @param values members in the order of the text; values as {@link Json} makes them.
 */
public record JsonObject(Map<String, Object> values) {
    /**
     * Keeps a read-only copy of the members.
     */
    public JsonObject {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Makes an object of names and values in turn.
     *
     * @param members name, value, name, value, …
     * @return the object.
     */
    public static JsonObject with(final Object... members) {
        final Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            values.put((String) members[i], members[i + 1]);
        }
        return new JsonObject(values);
    }

    /**
     * Takes a value for an object.
     *
     * @param value a map or a JSON object.
     * @return the object.
     * @throws IllegalArgumentException if it is something else.
     */
    @SuppressWarnings("unchecked")
    public static JsonObject of(final Object value) {
        if (value instanceof JsonObject object) {
            return object;
        }
        if (value instanceof Map<?, ?>) {
            return new JsonObject((Map<String, Object>) value);
        }
        throw new IllegalArgumentException("expected an object, got " + Json.write(value));
    }

    /** True if there is a member of this name, null included. */
    public boolean has(final String name) {
        return values.containsKey(name);
    }

    /** The member as it is, or null. */
    public Object get(final String name) {
        return values.get(name);
    }

    /** The text of a member that must be there. */
    public String text(final String name) {
        if (values.get(name) instanceof String text) {
            return text;
        }
        throw wrong(name, "a text");
    }

    /** The text of a member, or {@code otherwise} without such a member. */
    public String text(final String name, final String otherwise) {
        return values.get(name) == null ? otherwise : text(name);
    }

    /** The integer of a member that must be there. */
    public long number(final String name) {
        if (values.get(name) instanceof Number number) {
            return number.longValue();
        }
        throw wrong(name, "a number");
    }

    /** The integer of a member, or {@code otherwise} without such a member. */
    public long number(final String name, final long otherwise) {
        return values.get(name) == null ? otherwise : number(name);
    }

    /** True if the member is {@code true}; false if it is {@code false} or absent. */
    public boolean flag(final String name) {
        final Object value = values.get(name);
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw wrong(name, "true or false");
    }

    /** The object of a member; an empty one without such a member. */
    public JsonObject object(final String name) {
        return values.get(name) == null ? new JsonObject(Map.of()) : of(values.get(name));
    }

    /** The objects of a list member; none without such a member. */
    public List<JsonObject> objects(final String name) {
        final List<JsonObject> result = new ArrayList<>();
        list(name).forEach(each -> result.add(of(each)));
        return result;
    }

    /** The texts of a list member; none without such a member. */
    public List<String> texts(final String name) {
        final List<String> result = new ArrayList<>();
        list(name).forEach(each -> result.add(String.valueOf(each)));
        return result;
    }

    @Override
    public String toString() {
        return Json.write(values);
    }

    private List<?> list(final String name) {
        final Object value = values.get(name);
        if (value == null || value instanceof List<?>) {
            return value == null ? List.of() : (List<?>) value;
        }
        throw wrong(name, "a list");
    }

    private IllegalArgumentException wrong(final String name, final String expected) {
        return new IllegalArgumentException("expected " + expected + " in member " + name + " of " + this);
    }
}
