"""Whether all engines say the same of one canvas: those that do not compute the same are not compared."""
import json

import numpy as np
import pyvips

from contenders import Failed

# Of the logits' range. Sums in another order differ in the sixth digit; another network or padding in the first.
TOLERANCE = 1e-3


def check_agreement(contenders, photograph, side):
    """Writes the peers' network for this canvas, and returns the greatest difference from ours."""
    image = pyvips.Image.thumbnail(str(photograph), side, height=side, size="force").colourspace("srgb")
    pixels = contenders.work / f"canvas-{side}.rgb"
    pixels.write_bytes(image.write_to_memory())
    answers = contenders.work / f"answers-{side}.json"
    contenders.run_peer("prepare.py", contenders.model, contenders.work, side, pixels)
    ours = contenders.ours("network", "--canvas", side, "--pixels", pixels, seconds=0)["network"]["logits"]
    theirs = json.loads(answers.read_text(encoding="utf-8"))
    ours, rectangle = np.array(ours), np.array(theirs["onnxruntime"]["rectangle"])
    worst = 0
    for engine, answer in theirs.items():
        difference = np.abs(np.array(answer["logits"]) - ours).max() / np.ptp(ours)
        moved = np.abs(np.array(answer["rectangle"]) - rectangle)[:4].max()  # Angles half a turn apart are the same.
        if not (difference < TOLERANCE and moved < TOLERANCE):
            raise Failed(f"{engine} computes another network at {side}: logits differ by {difference:.1e} of their range")
        worst = max(worst, difference)
    return worst
