/**
 * Codecs: H.264 between {@link dev.rill.frame.Packet}s and {@link dev.rill.gpu.FrameSlot}s, and the intake codecs of
 * files.
 * <p>
 * FFmpeg is used through its raw C interface. Its types appear only in this package and in the {@code source} and
 * {@code sink} packages beside it, never in a signature that a host compiles against.
 */
package dev.rill.frame.codec;
