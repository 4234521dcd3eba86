package dev.rill.frame;

/** First stage: brings frames into the ring in front of the bridge, and everything else into the side line. */
abstract class IntakeStage extends StageAgent {
    IntakeStage(final PipelineLines lines) {
        super(lines, "trickle-pipeline-intake");
    }

    /** Any thread. */
    abstract InputFigures figures();
}
