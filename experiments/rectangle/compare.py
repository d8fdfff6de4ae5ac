"""Holds boxes of `teach` against others, drawn or made: compare.py BOXES.csv TRUTH.csv [PREFIX]

BOXES are in shares of the photographs; TRUTH too, or in pixels where it has the columns width and height, and then perhaps several
boxes a file, of which the best counts. PREFIX is put before the names in TRUTH. The figures are the share with IoU >= 0.5 and the mean.
"""

import csv
import sys

EDGES = ("xmin", "ymin", "xmax", "ymax")


def boxes(path, prefix=""):
    found = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if all(row[edge] for edge in EDGES):
                width, height = float(row.get("width") or 1), float(row.get("height") or 1)
                box = [float(row[edge]) / size for edge, size in zip(EDGES, (width, height, width, height))]
                found.setdefault(prefix + row["file"], []).append(box)
    return found


def iou(a, b):
    common = max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))
    area = lambda box: (box[2] - box[0]) * (box[3] - box[1])
    return common / (area(a) + area(b) - common)


truth = boxes(sys.argv[2], *sys.argv[3:])
values = [max(iou(box[0], other) for other in truth[name]) for name, box in boxes(sys.argv[1]).items() if name in truth]
share = sum(value >= 0.5 for value in values) / len(values)
print(f"{len(values)} photographs: IoU >= 0.5 {share:.3f}, mean IoU {sum(values) / len(values):.3f}")
