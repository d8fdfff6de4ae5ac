"""Holds the cuts of `viewfinder teach --rectangle M --cuts FOLDER` against OpenCV's of the same pictures and hints.

grabcut.py FOLDER    needs opencv-python-headless and numpy

k-means starts by chance, so two seeds of OpenCV differ too; how much is the second figure.
"""

import sys
from pathlib import Path

import cv2
import numpy as np

SURELY = {0: cv2.GC_BGD, 1: cv2.GC_PR_BGD, 2: cv2.GC_PR_FGD, 3: cv2.GC_FGD}
SEEDS = 4


def cut(picture, hints, seed):
    mask = np.vectorize(SURELY.get, otypes=[np.uint8])(hints)
    cv2.setRNGSeed(seed)
    cv2.grabCut(picture, mask, None, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_MASK)
    return (mask & 1) > 0


def overlap(a, b):
    return np.logical_and(a, b).sum() / max(1, np.logical_or(a, b).sum())


ours, theirs, best = [], [], []
for path in sorted(Path(sys.argv[1]).glob("*-picture.ppm")):
    name = str(path).removesuffix("picture.ppm")
    picture = cv2.imread(str(path))
    hints = cv2.imread(name + "hints.pgm", cv2.IMREAD_GRAYSCALE)
    mask = cv2.imread(name + "mask.pgm", cv2.IMREAD_GRAYSCALE) > 0
    if not 20 <= (hints > 1).sum() <= hints.size - 20:
        continue  # Nothing to cut.
    cuts = [cut(picture, hints, seed) for seed in range(SEEDS)]
    ours.append(np.mean([overlap(mask, other) for other in cuts]))
    best.append(max(overlap(mask, other) for other in cuts))
    theirs.append(np.mean([overlap(cuts[0], other) for other in cuts[1:]]))
print(f"{len(ours)} pictures, mean IoU: with OpenCV {np.mean(ours):.3f}, with the nearest of {SEEDS} seeds "
      f"{np.mean(best):.3f}; OpenCV with itself {np.mean(theirs):.3f}")
