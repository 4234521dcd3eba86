package dev.rill.trickle;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Allows what the bearer token of a request ({@code Authorization: Bearer <token>}, RFC 6750) was granted, on all
 * channels or on those whose names begin with a prefix. Nothing is allowed that was not granted.
 * <pre>
 *   no token        401  WWW-Authenticate: Bearer
 *   unknown token   401  WWW-Authenticate: Bearer error="invalid_token"
 *   not granted     403  WWW-Authenticate: Bearer error="insufficient_scope"
 * </pre>
 * A token should carry 128 random bits at least, and travel under TLS. Only digests of tokens are kept; they are
 * compared in a time that tells nothing about them. Immutable: each grant answers a changed copy. Any thread.
 * <pre>{@code
 *   context.authorizer(new BearerTokenAuthorizer()
 *       .grant(ingestToken, Right.PUBLISH, "cam-")
 *       .grantAnyone(Right.READ, "public-")
 *       .grant(operatorToken, Right.ADMIN));
 * }</pre>
 */
public final class BearerTokenAuthorizer implements Authorizer {
    private static final String SCHEME = "Bearer ";
    private static final String CHALLENGE = "WWW-Authenticate";
    private static final Decision MISSING = Decision.refuse(401, "").header(CHALLENGE, "Bearer");
    private static final Decision UNKNOWN =
        Decision.refuse(401, "").header(CHALLENGE, "Bearer error=\"invalid_token\"");
    private static final Decision INSUFFICIENT =
        Decision.refuse(403, "").header(CHALLENGE, "Bearer error=\"insufficient_scope\"");

    /** What can be granted. */
    public enum Right {
        /** Reading segments, the pointer and, where the prefix allows it, the changefeed. */
        READ(EnumSet.of(Operation.READ, Operation.NEXT)),
        /** All that a publisher does with its channel: creating it, writing, dropping, asking the pointer, closing. */
        PUBLISH(EnumSet.complementOf(EnumSet.of(Operation.READ))),
        /** Everything. */
        ADMIN(EnumSet.allOf(Operation.class));

        private final Set<Operation> operations;

        Right(final Set<Operation> operations) {
            this.operations = operations;
        }
    }

    private final List<Grant> grants;

    /** Allows nothing. */
    public BearerTokenAuthorizer() {
        this(List.of());
    }

    private BearerTokenAuthorizer(final List<Grant> grants) {
        this.grants = grants;
    }

    /**
     * Grants a right on every channel.
     *
     * @param token visible ASCII, not empty.
     * @param right what it allows, beside what the token was granted before.
     * @return a changed copy.
     */
    public BearerTokenAuthorizer grant(final String token, final Right right) {
        return grant(token, right, "");
    }

    /**
     * Grants a right on the channels whose names begin with a prefix.
     *
     * @param token  visible ASCII, not empty.
     * @param right  what it allows, beside what the token was granted before.
     * @param prefix of the decoded name; empty for every channel.
     * @return a changed copy.
     */
    public BearerTokenAuthorizer grant(final String token, final Right right, final String prefix) {
        if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("token of prefix " + prefix + ": expected visible ASCII, not empty");
        }
        return with(new Grant(digest(token), right, Objects.requireNonNull(prefix, "prefix")));
    }

    /**
     * Grants a right to requests with any token or none.
     *
     * @param right  what it allows.
     * @param prefix of the decoded name; empty for every channel.
     * @return a changed copy.
     */
    public BearerTokenAuthorizer grantAnyone(final Right right, final String prefix) {
        return with(new Grant(null, right, Objects.requireNonNull(prefix, "prefix")));
    }

    @Override
    public Decision authorize(final Operation operation, final String channel, final Request head) {
        final String token = tokenOf(head.header("authorization"));
        final byte[] presented = token == null ? null : digest(token);
        boolean known = false;
        boolean granted = false;
        for (final Grant grant : grants) {
            final boolean open = grant.digest == null;
            final boolean same = !open && presented != null && MessageDigest.isEqual(grant.digest, presented);
            known |= same;
            granted |= (open | same) & grant.covers(operation, channel);
        }
        if (granted) {
            return Decision.allow();
        }
        return token == null ? MISSING : known ? INSUFFICIENT : UNKNOWN;
    }

    private BearerTokenAuthorizer with(final Grant grant) {
        final List<Grant> more = new ArrayList<>(grants);
        more.add(grant);
        return new BearerTokenAuthorizer(List.copyOf(more));
    }

    private static String tokenOf(final String field) {
        if (field == null || !field.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        final String token = field.substring(SCHEME.length()).trim();
        return token.isEmpty() ? null : token;
    }

    private static byte[] digest(final String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every Java platform has", e);
        }
    }

    /** The digest is null for a grant to anyone. */
    private record Grant(byte[] digest, Right right, String prefix) {
        boolean covers(final Operation operation, final String channel) {
            return right.operations.contains(operation) && channel.startsWith(prefix);
        }
    }
}
