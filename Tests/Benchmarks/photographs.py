"""The photographs that are measured with: links to large ones, and 24-megapixel ones made from them."""
import os
import shutil
from pathlib import Path

import pyvips

LEAST_PIXELS = 4_000_000


def large(folder):
    """The folder's JPEGs of at least 4 megapixels."""
    files = sorted(file for file in Path(folder).iterdir() if file.suffix.lower() in (".jpg", ".jpeg"))
    return [file for file in files if pixels(file) >= LEAST_PIXELS]


def pixels(file):
    image = pyvips.Image.new_from_file(str(file))
    return image.width * image.height


def link(files, folder, count):
    """A folder with so many links to the files, in turns."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number in range(count):
        os.symlink(files[number % len(files)].resolve(), folder / f"{number:06}.jpg")
    return folder


def whole_turns(files, least):
    """At least so many, each photograph as often as the others."""
    return -(-least // len(files)) * len(files)


def of_24_megapixels(files, folder, orientation):
    """Eight photographs of 6000 x 4000 pixels, stored upright or turned with EXIF orientation 6."""
    if folder.exists():
        return folder
    other = folder.with_name(folder.name + ".new")
    shutil.rmtree(other, ignore_errors=True)
    other.mkdir(parents=True)
    for index, file in enumerate(files[:8]):
        image = pyvips.Image.thumbnail(str(file), 6000, height=4000, size="force").copy_memory()
        if orientation == 6:
            # What a viewer turns a quarter clockwise is stored turned a quarter the other way.
            image = image.rot270().copy()
            image.set_type(pyvips.GValue.gint_type, "orientation", 6)
        image.jpegsave(str(other / f"{index}.jpg"), Q=92)
    other.rename(folder)
    return folder
