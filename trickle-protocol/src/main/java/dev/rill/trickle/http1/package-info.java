/**
 * HTTP/1.1 on the server's side: one request at a time on a connection, pre-encoded heads, chunk framing, and the
 * lingering close. Internal to this module.
 */
package dev.rill.trickle.http1;
