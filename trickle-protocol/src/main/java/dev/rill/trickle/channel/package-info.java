/**
 * The channel core: a channel is an append-only log, a segment is a range of it, a reader is a cursor.
 * <p>
 * Internal to this module; carriages use four verbs and nothing else: open for write
 * ({@link dev.rill.trickle.channel.WriteOpening}), append, complete or abort
 * ({@link dev.rill.trickle.channel.SegmentAppender}), open for read
 * ({@link dev.rill.trickle.channel.ReadOpening}), and poll ({@link dev.rill.trickle.channel.Cursor}).
 * <p>
 * Data path: one writer appends to a block chain and publishes a length, readers load that length; nothing else
 * synchronises them. State changes of one channel are commands in one queue, run in order by whichever thread finds the
 * channel undrained. No lock is taken anywhere.
 */
package dev.rill.trickle.channel;
