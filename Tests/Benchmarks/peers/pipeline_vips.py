#!/usr/bin/env python3
"""The whole way with pyvips and ONNX Runtime: a thread for each core, each with a session of one thread.

    pipeline_vips.py MODEL WORK SIDE FOLDER OUT CORES DECODES

With DECODES 2 the canvas and the crop are decoded each at its own scale, straight from the file, as such scripts do; with 1
both come out of one decode at a scale that serves them, and only crops too small for it are decoded again.
"""
import functools
import os
import sys
from pathlib import Path

os.environ["VIPS_CONCURRENCY"] = "1"
import numpy as np  # noqa: E402
import pyvips  # noqa: E402

import crew  # noqa: E402
from engines import Files, normalised, onnxruntime  # noqa: E402
from geometry import crop_box, output_size, shrink_for_all, shrink_for_crop  # noqa: E402


def worker(model, work, side, decodes):
    files = Files(model, work)
    run = onnxruntime(files, side)
    run(np.zeros((1, 3, side, side), np.float32))

    def classify(image):
        rgb = np.ndarray(buffer=image.write_to_memory(), dtype=np.uint8, shape=(side, side, image.bands))[:, :, :3]
        logits, rectangle = run(normalised(rgb, files.card))
        return int(np.argmax(logits)), rectangle.ravel()

    def save(image, box, out):
        left, top, right, bottom = box
        part = image.crop(left, top, right - left, bottom - top)
        width, height = output_size(right - left, bottom - top)
        part = part.thumbnail_image(width, height=height, size="force")
        part.jpegsave(out, Q=88, strip=True)

    def twice(path, out):
        header = pyvips.Image.new_from_file(path)
        width, height = upright(header)
        small = pyvips.Image.thumbnail(path, side, height=side, size="force")
        _, rectangle = classify(small.colourspace("srgb"))
        box = crop_box(rectangle, width, height)
        shrink = shrink_for_crop(box[2] - box[0], box[3] - box[1])
        image = pyvips.Image.new_from_file(path, shrink=shrink, access=access(header)).autorot().colourspace("srgb")
        save(image, scaled(box, image, width, height), out)

    def once(path, out):
        data = Path(path).read_bytes()
        header = pyvips.Image.new_from_buffer(data, "")
        width, height = upright(header)
        shrink = shrink_for_all(width, height, side)
        image = pyvips.Image.new_from_buffer(data, "", shrink=shrink, access=access(header))
        image = image.autorot().colourspace("srgb").copy_memory()
        _, rectangle = classify(image.thumbnail_image(side, height=side, size="force"))
        box = crop_box(rectangle, width, height)
        wanted = shrink_for_crop(box[2] - box[0], box[3] - box[1])
        if wanted < shrink:
            image = pyvips.Image.new_from_buffer(data, "", shrink=wanted, access=access(header))
            image = image.autorot().colourspace("srgb")
        save(image, scaled(box, image, width, height), out)
    return twice if decodes == 2 else once


def orientation(image):
    return image.get("orientation") if image.get_typeof("orientation") != 0 else 1


def access(image):
    """Rows in their order, unless the picture has to be turned."""
    return "sequential" if orientation(image) == 1 else "random"


def upright(image):
    return (image.height, image.width) if orientation(image) >= 5 else (image.width, image.height)


def scaled(box, image, width, height):
    """A box of the full photograph in pixels of a smaller one."""
    x, y = image.width / width, image.height / height
    left, top = int(box[0] * x), int(box[1] * y)
    return left, top, min(image.width, max(left + 1, round(box[2] * x))), min(
        image.height, max(top + 1, round(box[3] * y)))


def main():
    model, work, side, folder, out, cores, decodes = sys.argv[1:]
    pyvips.cache_set_max(0)
    items = [(str(file), f"{out}/{file.stem}.jpg") for file in sorted(Path(folder).iterdir())]
    make = functools.partial(worker, model, work, int(side), int(decodes))
    crew.run(make, items, int(cores), processes=False)


if __name__ == "__main__":
    main()
