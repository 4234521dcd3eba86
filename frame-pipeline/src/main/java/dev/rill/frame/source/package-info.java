/**
 * Where media comes from: files and URLs, and a live test pattern; and the cutting into segments that are complete in
 * themselves.
 */
package dev.rill.frame.source;
