/** What lies between decoder and encoder, beside the same work done the usual way. */
package dev.rill.bench.glue;
