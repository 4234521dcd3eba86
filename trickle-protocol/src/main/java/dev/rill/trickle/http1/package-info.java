/**
 * HTTP/1.1 carriage, server side: the wire specification of trickle, sections 1 to 3, on event loops.
 * <p>
 * Internal to this module. Netty parses requests; responses are our own pre-encoded heads and chunk framing. No body is
 * aggregated, a parked request is an entry in its loop's list, and what a loop has to say to one socket leaves in one
 * write. Knows the channel core only by its verbs.
 */
package dev.rill.trickle.http1;
