package dev.rill.harness;

import dev.rill.jobs.gateway.SessionUrls;
import java.net.URI;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * A channel as typed, for instance {@code http://127.0.0.1:2939/movie}.
 *
 * @param url  as typed.
 * @param base what stands before the name of the channel.
 * @param name of the channel.
 */
record ChannelUrl(URI url, URI base, String name) {
    private static final int MAX_PORT = 65_535;

    @Override
    public String toString() {
        return url.toString();
    }

    /** Reads what was typed for {@code option}; what is none is wrong usage. */
    static ChannelUrl parse(final CommandSpec spec, final String option, final String text) {
        try {
            return new Converter().convert(text);
        } catch (final TypeConversionException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
        }
    }

    /** Whether a URL has a scheme, a host and a path, and nothing that a channel has no use for. */
    static boolean isPlain(final URI url) {
        return ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
            && url.getHost() != null && url.getPort() != 0 && url.getPort() <= MAX_PORT
            && url.getRawQuery() == null && url.getRawFragment() == null && url.getRawUserInfo() == null;
    }

    /** Reads a URL. */
    static final class Converter implements ITypeConverter<ChannelUrl> {
        @Override
        public ChannelUrl convert(final String text) {
            try {
                return of(URI.create(text));
            } catch (final IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }

        private static ChannelUrl of(final URI url) {
            if (!isPlain(url)) {
                throw new TypeConversionException(
                    "expected http://HOST:PORT/CHANNEL (or https), got " + url);
            }
            return new ChannelUrl(url, SessionUrls.base(url), SessionUrls.channel(url));
        }
    }
}
