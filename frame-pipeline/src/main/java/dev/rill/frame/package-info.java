/**
 * Frames and packets in motion: the pipeline that takes encoded segments from a trickle channel, decodes them into the
 * bridge's frame slots, has them processed, encodes the results and publishes them.
 */
package dev.rill.frame;
