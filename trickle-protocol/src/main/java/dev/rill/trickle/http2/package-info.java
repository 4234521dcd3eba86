/**
 * HTTP/2 on the server's side: one connection carries all requests of a session, each stream one
 * {@link dev.rill.trickle.server.ServerStream}. What it changes on the wire is in {@code docs/protocol.md}. Internal to
 * this module.
 */
package dev.rill.trickle.http2;
