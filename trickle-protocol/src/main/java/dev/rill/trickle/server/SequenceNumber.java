package dev.rill.trickle.server;

/** Grammar of sequence numbers in paths: {@code [ "+" / "-" ] 1*DIGIT}, signed 64 bit. */
final class SequenceNumber {
    /** Largest number that may be written: its successor is still a number. */
    static final long MAX_WRITABLE = Long.MAX_VALUE - 1;

    private SequenceNumber() {
    }

    /** True if the text is a number by this grammar and fits. */
    static boolean isValid(final String text) {
        final int begin = !text.isEmpty() && (text.charAt(0) == '+' || text.charAt(0) == '-') ? 1 : 0;
        for (int i = begin; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        if (text.length() == begin) {
            return false;
        }
        try {
            Long.parseLong(text);
            return true;
        } catch (final NumberFormatException e) {
            return false;
        }
    }

    /** True if a segment of this number may be written: -1 for the pointer, or 0 to {@link #MAX_WRITABLE}. */
    static boolean isWritable(final String text) {
        return isValid(text) && Long.parseLong(text) >= -1 && Long.parseLong(text) <= MAX_WRITABLE;
    }

    /** True if a segment of this number may be dropped. */
    static boolean isDroppable(final String text) {
        return isWritable(text) && Long.parseLong(text) >= 0;
    }
}
