/** The {@code rill} command line: demo, serve, publish, subscribe. */
package dev.rill.harness;
