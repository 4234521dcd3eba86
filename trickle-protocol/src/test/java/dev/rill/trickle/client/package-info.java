/** Tests of the HTTP/1.1 client side of trickle. */
package dev.rill.trickle.client;
