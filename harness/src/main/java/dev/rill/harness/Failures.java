package dev.rill.harness;

import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Turns a failure into the one line that people see. */
final class Failures {
    private static final int MAX_DEPTH = 16;

    private Failures() {
    }

    /** What happened, never empty, without a line break; the first of the causes that says anything. */
    static String describe(final Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; depth < MAX_DEPTH && text(cause).isEmpty() && cause.getCause() != null; depth++) {
            cause = cause.getCause();
        }
        final String text = text(cause);
        return text.isEmpty() ? cause.getClass().getSimpleName() : text;
    }

    private static String text(final Throwable failure) {
        final String message = failure.getMessage();
        final String line = message == null ? "" : message.lines().map(String::strip)
            .filter(text -> !text.isEmpty()).findFirst().orElse("");
        return line.isEmpty() ? "" : prefix(failure) + line;
    }

    /** The platform's messages for these are the bare name of the object. */
    private static String prefix(final Throwable failure) {
        if (failure instanceof UnknownHostException) {
            return "unknown host: ";
        }
        if (!(failure instanceof FileSystemException file) || file.getReason() != null) {
            return "";
        }
        if (failure instanceof NoSuchFileException) {
            return "no such file: ";
        }
        if (failure instanceof AccessDeniedException) {
            return "access denied: ";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "file exists already: ";
        }
        if (failure instanceof NotDirectoryException) {
            return "not a directory: ";
        }
        return failure instanceof FileSystemLoopException ? "symbolic links form a loop: " : "file system error: ";
    }
}
