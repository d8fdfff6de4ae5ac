"""Photographs of a size at which neither program has to resample them."""
import csv
import subprocess

import numpy as np
import torch
from PIL import Image


def folders(root, each=None):
    """(file, class) of class folders, in order."""
    classes = sorted(folder for folder in root.iterdir() if folder.is_dir())
    return [(file, folder.name) for folder in classes for file in sorted(folder.iterdir())[:each]]


def tensor(files, canvas):
    """What a network is given: photographs x 3 x height x width."""
    pixels = np.stack([np.asarray(Image.open(file).convert("RGB"), dtype=np.float32) for file in files])
    mean, scale = np.float32(canvas["mean"]), np.float32(canvas["scale"])
    return torch.from_numpy((pixels - mean) / scale).permute(0, 3, 1, 2)  # Channels last, as decoded: the fast layout.


def write_list(path, photographs):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("file", "label"), *photographs])


def reduced(photographs, factor, folder):
    """Copies so many times smaller, as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    copies = []
    for file, label in photographs:
        copies.append((folder / f"{file.stem}.png", label))
        Image.open(file).convert("RGB").reduce(factor).save(copies[-1][0])
    return copies


def boxes(table, root, photographs):
    """Boxes of a teacher's table, as left, top, right, bottom in canvas units, -1 to 1."""
    with open(table, encoding="utf-8", newline="") as file:
        rows = {(root / row["file"]).name: row for row in csv.DictReader(file)}
    found = [[float(rows[file.name][side]) for side in ("xmin", "ymin", "xmax", "ymax")] for file, _ in photographs]
    return torch.tensor(found) * 2 - 1


PIPELINE = """version: 1
stages:
  - use: read
  - use: decode
  - use: write
    with: {path: "{stem}.png", format: png}
"""


def decoded_alike(binary, photographs, work):
    """How many photographs the program and Pillow decode to the same pixels."""
    (work / "pipeline.yaml").write_text(PIPELINE)
    (work / "files").write_text("".join(f"{file}\n" for file, _ in photographs))
    subprocess.run(
        [binary, "run", work / "pipeline.yaml", "--files-from", work / "files", "--root", "/", "--output",
         work / "decoded", "--overwrite", "--quiet", "--progress", "none"], check=True)
    decoded = {file.stem: file for file in (work / "decoded").rglob("*.png")}
    return sum(
        np.array_equal(np.asarray(Image.open(file).convert("RGB")), np.asarray(Image.open(decoded[file.stem]).convert("RGB")))
        for file, _ in photographs)
