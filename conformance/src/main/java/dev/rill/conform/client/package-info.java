/**
 * Judges publishers and subscribers: {@link dev.rill.conform.client.ClientSuite} plays scripted servers for a
 * {@link dev.rill.conform.client.ClientTarget}, which is a command to launch or a client in this process.
 * {@link dev.rill.conform.client.ClientDriver} is the other half of a command to launch, for clients on the JVM.
 */
package dev.rill.conform.client;
