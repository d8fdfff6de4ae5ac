"""Writes a list of photographs and their classes: list.py SHARED_DATA train|calibrate > list.csv

train: what the rectangle learns from. All of imagenette's and imagewoof's training photographs, the NIPS 2017 set, and the photographs of
imagenet-1000-samples with an odd index.
calibrate: what the scores are fitted to. The NIPS 2017 set, which the classifier has not learned from, and imagenette's `val`, which it
has, but which is harder.
Neither holds anything of the even half, of any boxed test set, or of the pets.
"""

import csv
import sys
from pathlib import Path

data = Path(sys.argv[1])
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(["file", "imagenet_index"])


def rows(path):
    with open(data / path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def folders(folder, part):
    for row in rows(f"{folder}/classes.csv"):
        for file in sorted((data / folder / part / row["folder"]).iterdir()):
            out.writerow([file.relative_to(data).as_posix(), row["imagenet_index"]])


def listed(folder, every=1):
    for row in rows(f"{folder}/labels.csv"):
        if every == 1 or int(row["imagenet_index"]) % every:
            file = row["file"] if row["file"].startswith("images/") else f"images/{row['file']}"
            out.writerow([f"{folder}/{file}", row["imagenet_index"]])


if sys.argv[2] == "train":
    folders("imagenette-224", "train")
    folders("imagewoof-256", "train")
    listed("nips2017-600")
    listed("imagenet-1000-samples", every=2)
else:
    listed("nips2017-600")
    folders("imagenette-224", "val")
