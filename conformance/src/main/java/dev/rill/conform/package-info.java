/**
 * The conformance kit: the executable scenarios of the trickle wire, and what became of them.
 * <p>
 * {@link dev.rill.conform.server} judges servers, {@link dev.rill.conform.client} judges publishers and subscribers.
 * Everything here works on plain sockets with code of its own, so that no implementation judges itself.
 */
package dev.rill.conform;
