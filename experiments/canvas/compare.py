"""Compares canvases of one model, by size and by shape: compare.py VIEWFINDER MODEL SHARED_DATA > table.md

Top-1 on imagewoof's photographs, overlap of the rectangle's hull with the bodies of the pets' trainval split: sets whose photographs
have the shape they were taken in. `aspect` gives each photograph the canvas of its own shape among five, all of the same area; the
others give all photographs one. Intervals are 95 % bootstraps over photographs, differences are paired.
"""

import csv
import random
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

program, model, data = sys.argv[1], sys.argv[2], Path(sys.argv[3])
SIDES = (224, 288, 320, 352)
# Width over height, with the canvas's sides as shares of the square one's; products are 1.
SHAPES = {0.6: (0.775, 1.29), 0.75: (0.866, 1.155), 1.0: (1, 1), 1.333: (1.155, 0.866), 1.667: (1.29, 0.775)}


def size(path):
    """Width and height in a JPEG's frame header."""
    with open(path, "rb") as file:
        file.read(2)
        while True:
            marker, length = struct.unpack(">HH", file.read(4))
            if 0xFFC0 <= marker <= 0xFFCF and marker not in (0xFFC4, 0xFFC8, 0xFFCC):
                _, height, width = struct.unpack(">BHH", file.read(5))
                return width, height
            file.seek(length - 2, 1)


def shape(path):
    width, height = size(path)
    return min(SHAPES, key=lambda ratio: abs(width / height - ratio) / ratio)


def evaluate(rows, header, root, canvas, fit, arguments):
    """The details of an evaluation, by photograph."""
    with tempfile.TemporaryDirectory() as folder:
        table, details = Path(folder, "list.csv"), Path(folder, "details.csv")
        with open(table, "w", newline="", encoding="utf-8") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerows([header, *rows])
        command = [program, "evaluate", model, table, "--root", root, "--canvas", canvas, "--fit", fit]
        command += ["--no-views", "--quiet", "--progress", "none", "--details", details, *arguments(table)]
        subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
        with open(details, newline="", encoding="utf-8") as file:
            return {row["path"]: row for row in csv.DictReader(file)}


def measured(rows, header, root, canvas, side, arguments):
    """Evaluates on one canvas, or by shape."""
    if canvas != "aspect":
        return evaluate(rows, header, root, f"{side}x{side}", canvas, arguments)
    result = {}
    for ratio, (wide, high) in SHAPES.items():
        part = [row for row in rows if shape(root / row[0]) == ratio]
        if part:
            result |= evaluate(part, header, root, f"{round(side * wide)}x{round(side * high)}", "squash", arguments)
    return result


def interval(values, rounds=2000):
    chance = random.Random(1)
    means = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(rounds))
    return sum(values) / len(values), means[int(0.025 * rounds)], means[int(0.975 * rounds) - 1]


def shown(values):
    return "{:.3f} [{:.3f} {:.3f}]".format(*interval(values))


def difference(values, base):
    return "{:+.3f} [{:+.3f} {:+.3f}]".format(*interval([a - b for a, b in zip(values, base)]))


def woof():
    root = data / "imagewoof-256"
    with open(root / "classes.csv", newline="", encoding="utf-8") as file:
        classes = list(csv.DictReader(file))
    rows = [
        [path.relative_to(root).as_posix(), row["imagenet_index"]]
        for row in classes
        for path in sorted((root / "train" / row["folder"]).iterdir())
    ]
    return rows, ["file", "imagenet_index"], root, lambda table: ["--label-index", "imagenet_index"]


def pets():
    root = data / "oxford-pets-256"
    with open(root / "boxes.csv", newline="", encoding="utf-8") as file:
        table = list(csv.reader(file))
    header, rows = table[0], table[1:]
    chosen = [row for row in rows if row[header.index("split")] == "trainval" and row[header.index("body_xmin")]]
    return (
        chosen, header, root / "images",
        lambda table: ["--no-labels", "--boxes", table, "--box-columns", "body"],
    )


print("| canvas | top-1, imagewoof | against the first | IoU >= 0.5, pets | mean IoU | against the first |")
print("|---|---|---|---|---|---|")
first = None
for side, fit in [(side, fit) for side in SIDES for fit in ("squash", "letterbox", "aspect")]:
    labels = measured(*woof()[:3], fit, side, woof()[3])
    boxes = measured(*pets()[:3], fit, side, pets()[3])
    right = [float(labels[name]["label"] == labels[name]["predicted"]) for name in sorted(labels)]
    overlap = [float(boxes[name]["iou"]) for name in sorted(boxes)]
    hits = [float(value >= 0.5) for value in overlap]
    first = first or (right, overlap)
    print(
        f"| {side}, {fit} | {shown(right)} | {difference(right, first[0])} | {shown(hits)} | {shown(overlap)} "
        f"| {difference(overlap, first[1])} |",
        flush=True,
    )
