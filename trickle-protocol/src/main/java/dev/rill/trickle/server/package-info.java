/**
 * What the server does with requests, whatever carries them: the wire specification of trickle, sections 1 to 3, on
 * event loops.
 * <p>
 * Internal to this module. {@code http1} and {@code http2} bring requests as {@link ServerStream}s
 * and encode the responses. No body is aggregated, a parked request is an entry in its loop's list, and what a loop has
 * to say to one socket leaves in one write. Knows the channel core only by its verbs.
 */
package dev.rill.trickle.server;
