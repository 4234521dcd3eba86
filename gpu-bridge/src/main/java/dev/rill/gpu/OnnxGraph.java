package dev.rill.gpu;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes small ONNX files: the few fields of {@code onnx.proto3} that a graph of a handful of nodes needs, in the
 * protocol buffer encoding. Source: onnx/onnx.proto of ONNX 1.12 (IR version 8, operator set 17).
 */
final class OnnxGraph {
    /** Element type of a tensor: 32-bit float. */
    static final int FLOAT = 1;
    /** Element type of a tensor: byte. */
    static final int UINT8 = 2;
    /** Element type of a tensor: 16-bit float. */
    static final int FLOAT16 = 10;
    /** Element type of a tensor: double. */
    static final int DOUBLE = 11;

    private static final int IR_VERSION = 8;
    private static final int OPERATOR_SET = 17;

    private final Message graph = new Message().text(2, "graph");
    private final Message metadata = new Message();
    private final String description;

    OnnxGraph(final String description) {
        this.description = description;
    }

    /** Adds an input; a dimension of -1 is any. */
    OnnxGraph input(final String name, final int type, final long... shape) {
        graph.message(11, value(name, type, shape));
        return this;
    }

    /** Adds an output. */
    OnnxGraph output(final String name, final int type, final long... shape) {
        graph.message(12, value(name, type, shape));
        return this;
    }

    /** Adds a constant tensor of floats. */
    OnnxGraph constant(final String name, final long[] shape, final float... values) {
        final ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (final float value : values) {
            raw.putFloat(value);
        }
        final Message tensor = new Message();
        for (final long side : shape) {
            tensor.number(1, side);
        }
        graph.message(5, tensor.number(2, FLOAT).text(8, name).bytes(9, raw.array()));
        return this;
    }

    /** Adds a node with one output. */
    OnnxGraph node(final String operator, final String output, final String... inputs) {
        return node(operator, output, new Message(), inputs);
    }

    /** Adds a convolution by 3x3 weights that keeps the size. */
    OnnxGraph convolution(final String output, final String... inputs) {
        final Message pads = new Message().text(1, "pads");
        for (int i = 0; i < 4; i++) {
            pads.number(8, 1);
        }
        return node("Conv", output, new Message().message(5, pads.number(20, 7)), inputs);
    }

    /** Adds a cast to an element type. */
    OnnxGraph cast(final String output, final String input, final int type) {
        final Message to = new Message().text(1, "to").number(3, type).number(20, 2);
        return node("Cast", output, new Message().message(5, to), input);
    }

    /** Adds a line of custom metadata. */
    OnnxGraph metadata(final String key, final String value) {
        metadata.message(14, new Message().text(1, key).text(2, value));
        return this;
    }

    /** The file. */
    byte[] toBytes() {
        return new Message().number(1, IR_VERSION).text(2, "rill").text(6, description).message(7, graph)
            .message(8, new Message().text(1, "").number(2, OPERATOR_SET)).append(metadata).toBytes();
    }

    private OnnxGraph node(
        final String operator, final String output, final Message attributes, final String... inputs) {
        final Message node = new Message();
        for (final String input : inputs) {
            node.text(1, input);
        }
        graph.message(1, node.text(2, output).text(4, operator).append(attributes));
        return this;
    }

    private static Message value(final String name, final int type, final long... shape) {
        final Message sides = new Message();
        for (int i = 0; i < shape.length; i++) {
            sides.message(1, shape[i] < 0 ? new Message().text(2, "side" + i) : new Message().number(1, shape[i]));
        }
        return new Message().text(1, name)
            .message(2, new Message().message(1, new Message().number(1, type).message(2, sides)));
    }

    /** A protocol buffer message being written. */
    private static final class Message {
        private static final int VARINT = 0;
        private static final int LENGTH_DELIMITED = 2;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(final int field, final long value) {
            varint((long) field << 3 | VARINT);
            varint(value);
            return this;
        }

        Message text(final int field, final String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(final int field, final Message value) {
            return bytes(field, value.toBytes());
        }

        Message bytes(final int field, final byte[] value) {
            varint((long) field << 3 | LENGTH_DELIMITED);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        Message append(final Message fields) {
            out.writeBytes(fields.toBytes());
            return this;
        }

        byte[] toBytes() {
            return out.toByteArray();
        }

        private void varint(final long value) {
            long left = value;
            while ((left & ~0x7fL) != 0) {
                out.write((int) (left & 0x7f | 0x80));
                left >>>= 7;
            }
            out.write((int) left);
        }
    }
}
