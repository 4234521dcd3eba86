/**
 * Transcoding: one input, decoded once, becomes several renditions of H.264, each of another size, rate or bit rate.
 */
package dev.rill.frame.transcode;
