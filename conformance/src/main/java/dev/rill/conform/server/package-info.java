/**
 * Judges servers: {@link dev.rill.conform.server.ServerSuite} plays scenarios against a
 * {@link dev.rill.conform.server.ServerTarget}, which is a URL, a command to launch, or an engine in this process.
 * {@link dev.rill.conform.server.ServerDriver} is the other half of a command to launch, for servers on the JVM.
 */
package dev.rill.conform.server;
