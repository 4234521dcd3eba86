/**
 * Named channels of numbered live segments: the public interface of the trickle protocol module.
 * <p>
 * A {@link dev.rill.trickle.Trickle} opens {@linkplain dev.rill.trickle.TricklePublisher publishers} and
 * {@linkplain dev.rill.trickle.TrickleSubscriber subscribers}; whether bytes travel over HTTP or stay in this process
 * is the carriage's affair. Nothing here blocks unless its name says {@code await}.
 */
package dev.rill.trickle;
