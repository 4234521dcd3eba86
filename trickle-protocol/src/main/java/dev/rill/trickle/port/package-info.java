/**
 * The one port of a server: TLS or clear text, and which version of HTTP a connection speaks. Internal to this module.
 */
package dev.rill.trickle.port;
