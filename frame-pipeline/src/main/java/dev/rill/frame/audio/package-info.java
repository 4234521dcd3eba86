/** Sound on its way through a pipeline: what a host implements to process it. */
package dev.rill.frame.audio;
