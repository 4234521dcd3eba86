package dev.rill.harness;

import dev.rill.trickle.BearerTokenAuthorizer;
import dev.rill.trickle.BearerTokenAuthorizer.Right;
import dev.rill.trickle.TrickleServerContext;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Who may do what on a server. Without tokens everybody may do everything. */
final class TokenOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
        names = "--token", paramLabel = "TOKEN",
        description = "Allow everything to those who send this bearer token, and nothing to others. Visible to other "
            + "users of this machine; prefer --token-file.")
    private List<String> tokens = List.of();

    @Option(
        names = "--token-file", paramLabel = "FILE",
        description = "Bearer tokens, one a line: TOKEN [read|publish|admin [PREFIX]]; admin on every channel where "
            + "nothing else is said. Where TOKEN is *, everybody may do that. Lines that begin with # are left out.")
    private List<Path> files = List.of();

    void applyTo(final TrickleServerContext context) {
        if (tokens.isEmpty() && files.isEmpty()) {
            return;
        }
        BearerTokenAuthorizer authorizer = new BearerTokenAuthorizer();
        try {
            for (final String token : tokens) {
                authorizer = authorizer.grant(token, Right.ADMIN);
            }
            for (final Path file : files) {
                authorizer = TokenFile.grant(authorizer, file);
            }
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--token: " + e.getMessage(), e);
        }
        context.authorizer(authorizer);
    }
}
