/** Commands under test: processes that are spoken to line by line. */
package dev.rill.conform.command;
