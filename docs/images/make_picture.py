#!/usr/bin/env python3
"""Makes `crop-and-sort.jpg`, the picture of the README, from a run over the samples.

    viewfinder run pipelines/crop-and-sort.yaml samples/photos --output OUT
    make_picture.py samples/photos OUT

Beside each photograph with the rectangle of its record stands the crop that was written. Needs Pillow.
"""

import json
import pathlib
import sys

from PIL import Image, ImageDraw, ImageFont, ImageOps

HERE = pathlib.Path(__file__).resolve().parent
SHOWN = [
    "animals/kleiber-orientation6.jpg", "outdoors/seeding-1280.webp", "outdoors/aitzgorri_by_Aitzol_Berasategi.jpg", "table/coffee.png",
    "animals/friends-orientation6.jpg", "table/Picture_0B_by_freespace.jpg",
]  # fmt: skip
CELL, TEXT, MARGIN = (330, 250), 52, 22
PAPER, INK, PALE, YELLOW = "#fafaf8", "#1c1c1c", "#6f6f6f", "#f7d417"
FONTS = "/usr/share/fonts/truetype/dejavu/DejaVuSans{}.ttf"
SOURCES = {"rectangle": "cut around the rectangle", "attention": "low score: cut around another point"}


def font(size, weight=""):
    return ImageFont.truetype(FONTS.format(weight), size)


def fitted(picture):
    return ImageOps.contain(picture.convert("RGB"), CELL, Image.LANCZOS)


def outlined(photograph, quad):
    """The photograph at the size of a cell, with a yellow rectangle that shows on any ground."""
    picture = fitted(photograph)
    scale = picture.width / photograph.width
    large = picture.resize((picture.width * 3, picture.height * 3), Image.LANCZOS)
    line = [(3 * scale * x, 3 * scale * y) for x, y in quad + quad[:2]]
    for colour, width in ((INK, 15), (YELLOW, 9)):
        ImageDraw.Draw(large).line(line, fill=colour, width=width, joint="curve")
    return large.resize(picture.size, Image.LANCZOS)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    photographs, out = map(pathlib.Path, sys.argv[1:])
    records = {}
    for line in (out / "manifest.jsonl").read_text().splitlines():
        record = json.loads(line)
        records[record["path"]] = record
    width, height = 2 * CELL[0] + 3 * MARGIN, CELL[1] + TEXT + MARGIN
    sheet = Image.new("RGB", (2 * width, height * len(SHOWN) // 2 + MARGIN), PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, path in enumerate(SHOWN):
        record = records[path]
        crop = next(output for output in record["outputs"] if output["stage"] == "crops")
        upright = ImageOps.exif_transpose(Image.open(photographs / path))
        pictures = [outlined(upright, record["rectangle"]["quad"]), fitted(Image.open(out / crop["path"]))]
        x, y = number % 2 * width + MARGIN, number // 2 * height + MARGIN
        best = record["predictions"][0]
        label = f"{best['label']}  {best['score']:.2f}"
        for picture in pictures:
            sheet.paste(picture, (x, y + CELL[1] - picture.height))
            if picture is pictures[0]:
                draw.text((x, y + CELL[1] + 6), label, INK, font(19, "-Bold"))
                draw.text((x, y + CELL[1] + 30), path, PALE, font(15))
            else:
                draw.text((x, y + CELL[1] + 8), SOURCES.get(crop["source"], crop["source"]), PALE, font(15))
            x += CELL[0] + MARGIN
    sheet.save(HERE / "crop-and-sort.jpg", quality=85, optimize=True)


if __name__ == "__main__":
    main()
