#!/usr/bin/env python3
"""Makes the network for the peers, and what each engine says of one canvas, for the harness to compare.

    prepare.py MODEL WORK SIDE CANVAS.rgb > answers.json
"""
import json
import sys

import numpy as np

from engines import ENGINES, Files, normalised
from network import Network, write_onnx


def main():
    model, work, side, pixels = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    files, network = Files(model, work), Network(model)
    write_onnx(network, side, side, files.onnx(side))
    rgb = np.fromfile(pixels, dtype=np.uint8).reshape(side, side, 3)
    canvas = normalised(rgb, network.card)
    answers = {}
    for name, engine in ENGINES.items():
        logits, rectangle = engine(files, side)(canvas)
        answers[name] = {"logits": np.ravel(logits).tolist(), "rectangle": np.ravel(rectangle).tolist()}
    with open(f"{work}/answers-{side}.json", "w", encoding="utf-8") as file:
        json.dump(answers, file)


if __name__ == "__main__":
    main()
