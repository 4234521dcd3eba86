"""Like an old photograph."""
import numpy as np

PARAMETERS = {"strength": (0.0, 1.0, 0.8, "0 leaves the picture alone")}

SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]], np.float32)


def process(frame, params):
    rgb = frame.rgb()
    strength = params["strength"]
    frame.write_rgb((1.0 - strength) * rgb + strength * (rgb @ SEPIA.T))
