/**
 * The HTTP/1.1 client side of trickle: connections, publishers and subscribers behind
 * {@link dev.rill.trickle.HttpTrickle}. Internal; hosts use the interfaces of {@link dev.rill.trickle}.
 * <p>
 * Every publisher and subscriber lives on one event loop; its state has no other writer. Application threads reach it
 * through single-producer queues and volatile reads only.
 */
package dev.rill.trickle.client;
