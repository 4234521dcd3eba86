/** HTTP on plain sockets: every byte is seen, every wait has a deadline. */
package dev.rill.conform.wire;
