/**
 * Load test of the server: the server in a process of its own, one paced generator in this one.
 * <p>
 * What the server costs is counted outside of it (system calls, context switches, processor time) and by itself
 * (sends, allocated bytes), per delivery: one chunk handed to one subscriber.
 */
package dev.rill.bench.load;
