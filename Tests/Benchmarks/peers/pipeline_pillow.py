#!/usr/bin/env python3
"""The whole way with Pillow and PyTorch: a process for each core, each with one thread.

    pipeline_pillow.py MODEL WORK SIDE FOLDER OUT CORES

Draft mode lets the codec shrink; each photograph is decoded for the canvas, and at the scale of the crop.
"""
import functools
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

import crew
from engines import Files, normalised, pytorch_frozen
from geometry import crop_box, output_size, shrink_for_crop


def worker(model, work, side):
    files = Files(model, work)
    run = pytorch_frozen(files, side)

    def opened(path, least):
        """Decoded at the smallest scale not below these sides, upright. Draft wants sides as they are stored."""
        image = Image.open(path)
        image.draft("RGB", least[::-1] if image.getexif().get(0x0112, 1) >= 5 else least)
        return ImageOps.exif_transpose(image).convert("RGB")

    def process(path, out):
        with Image.open(path) as image:
            turns = image.getexif().get(0x0112, 1) >= 5
            width, height = image.size[::-1] if turns else image.size
        canvas = opened(path, (side, side)).resize((side, side), Image.Resampling.BICUBIC)
        _, rectangle = run(normalised(np.asarray(canvas), files.card))
        box = crop_box(rectangle.ravel(), width, height)
        shrink = shrink_for_crop(box[2] - box[0], box[3] - box[1])
        image = opened(path, (width // shrink, height // shrink))
        x, y = image.width / width, image.height / height
        part = (box[0] * x, box[1] * y, min(image.width, box[2] * x), min(image.height, box[3] * y))
        size = output_size(box[2] - box[0], box[3] - box[1])
        crop = image.resize(size, Image.Resampling.BICUBIC, box=part, reducing_gap=2.0)
        crop.save(out, quality=88)
    return process


def main():
    model, work, side, folder, out, cores = sys.argv[1:]
    items = [(str(file), f"{out}/{file.stem}.jpg") for file in sorted(Path(folder).iterdir())]
    crew.run(functools.partial(worker, model, work, int(side)), items, int(cores), processes=True)


if __name__ == "__main__":
    main()
