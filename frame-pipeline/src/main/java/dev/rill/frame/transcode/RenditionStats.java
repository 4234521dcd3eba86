package dev.rill.frame.transcode;

/**
 * What became of one rendition.
 * <pre>
 *   framesIn == framesOut + framesThinned + framesLate + framesFailed
 * </pre>
 * holds once it is over.
 *
 * @param name          of its profile.
 * @param width         in pixels, 0 before the first frame.
 * @param height        in pixels.
 * @param framesIn      frames decoded for it.
 * @param framesOut     frames encoded and handed to its sink.
 * @param framesThinned frames left out because its rate is lower than that of the source.
 * @param framesLate    frames of a live source given up because it was behind.
 * @param framesFailed  frames lost because it failed, or because their time was not after that of the frame before,
 *                      by a second at most.
 * @param framesScaled  frames of another size than the source's.
 * @param audioUnits    audio units passed on.
 * @param audioFailed   audio units lost because it failed, because it stood still (of a live source), or because no
 *                      picture is there to be heard with.
 * @param segments      segments handed to its sink.
 * @param encoder       name of its encoder, empty before the first frame.
 * @param failure       why it failed, or null.
 */
public record RenditionStats(
    String name, int width, int height, long framesIn, long framesOut, long framesThinned, long framesLate,
    long framesFailed, long framesScaled, long audioUnits, long audioFailed, long segments, String encoder,
    String failure) {
}
