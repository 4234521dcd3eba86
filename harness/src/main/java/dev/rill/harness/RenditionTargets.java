package dev.rill.harness;

import dev.rill.frame.sink.ResultSink;

/** Where renditions go. */
interface RenditionTargets {
    /** Opens the target of a rendition. */
    ResultSink open(String rendition);

    /** The target of a rendition, for people. */
    String target(String rendition);
}
