/** Batch jobs: the stages of a live stream, with a file or a body at either end and nothing dropped. */
package dev.rill.frame.batch;
