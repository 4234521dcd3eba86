"""The negative of the frame, by PyTorch, on a GPU where there is one."""
import warnings

import torch

# Inputs are read-only, which PyTorch cannot express; this model only reads them.
warnings.filterwarnings("ignore", "The given NumPy array is not writable")
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
PIN = DEVICE == "cuda"


@torch.inference_mode()
def process(frame, params):
    for i, (plane, out) in enumerate(zip(frame.planes, frame.out)):
        # Bytes travel; what is wider stays on the device.
        picture = torch.from_numpy(plane).to(DEVICE, non_blocking=True).to(torch.int16)
        result = (251 if i == 0 else 256) - picture
        torch.from_numpy(out).copy_(result.clamp_(0, 255).to(torch.uint8))
