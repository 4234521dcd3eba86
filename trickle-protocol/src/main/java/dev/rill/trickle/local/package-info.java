/**
 * In-process carriage: publishers and subscribers directly on the channel core, sharing its blocks.
 * <p>
 * Internal to this module; hosts use {@link dev.rill.trickle.LocalTrickle} and
 * {@link dev.rill.trickle.TrickleServer#local()}.
 */
package dev.rill.trickle.local;
