"""Writes the list of photographs that the rectangle is trained on: list.py SHARED_DATA > train.csv

All of imagenette's and imagewoof's training photographs, the NIPS 2017 set, and the photographs of imagenet-1000-samples with an odd
index. Nothing of the even half, of any boxed test set, or of the pets.
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


for folder in ("imagenette-224", "imagewoof-256"):
    for row in rows(f"{folder}/classes.csv"):
        for file in sorted((data / folder / "train" / row["folder"]).iterdir()):
            out.writerow([file.relative_to(data).as_posix(), row["imagenet_index"]])
for folder in ("nips2017-600", "imagenet-1000-samples"):
    for row in rows(f"{folder}/labels.csv"):
        if folder == "nips2017-600" or int(row["imagenet_index"]) % 2:
            file = row["file"] if row["file"].startswith("images/") else f"images/{row['file']}"
            out.writerow([f"{folder}/{file}", row["imagenet_index"]])
