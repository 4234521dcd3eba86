package dev.rill.harness;

import java.net.URI;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what stands before the names of channels, for instance {@code http://127.0.0.1:2939/ai/trickle/}. */
final class BaseUrl implements ITypeConverter<URI> {
    @Override
    public URI convert(final String text) {
        try {
            final URI url = URI.create(text.endsWith("/") ? text : text + "/");
            if (ChannelUrl.isPlain(url)) {
                return url;
            }
        } catch (final IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
        throw new TypeConversionException("expected http://HOST:PORT/ (or https), or with a base path, got " + text);
    }
}
