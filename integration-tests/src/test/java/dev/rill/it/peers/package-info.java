/**
 * Rill with other implementations of the protocol: clients and a server on Go's HTTP stack, clients on two kinds of
 * aiohttp, and a client of the field. Their sources are in {@code integration-tests/peers}.
 */
package dev.rill.it.peers;
