/** JMH suites over the public API of each module. */
package dev.rill.bench;
