/** How a live stream is doing: its state, derived from ages and rates; live-session specification, section 16. */
package dev.rill.frame.status;
