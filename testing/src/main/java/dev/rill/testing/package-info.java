/** What the tests of every module share. Never part of what hosts embed. */
package dev.rill.testing;
