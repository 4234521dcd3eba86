"""The negative of the frame."""
import numpy as np

# As the built-in model invert: luma is mirrored within 16 to 235, chroma around 128.
LUMA = np.clip(251 - np.arange(256), 0, 255).astype(np.uint8)
CHROMA = np.minimum(255, 256 - np.arange(256)).astype(np.uint8)


def process(frame, params):
    np.take(LUMA, frame.planes[0], out=frame.out[0], mode="clip")
    for plane, out in zip(frame.planes[1:], frame.out[1:]):
        np.take(CHROMA, plane, out=out, mode="clip")
