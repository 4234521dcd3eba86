/** Where results go: files of several containers, and byte streams. */
package dev.rill.frame.sink;
