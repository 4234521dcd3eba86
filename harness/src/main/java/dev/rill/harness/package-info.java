/** The {@code rill} command line: demo, serve, publish, subscribe, conform. */
package dev.rill.harness;
