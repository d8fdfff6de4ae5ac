#!/usr/bin/env python3
"""Checks a built viewfinder against labelled photographs that are not part of this repository.

    results.py BINARY SHARED

SHARED is a folder with data/ as described in its own README. Exits 1 if a figure falls short, 2 if data is missing.
Needs nothing but Python's standard library.
"""
import csv
import os
import shutil
import sys
import tempfile
from pathlib import Path

from driver import check, peak, raw_records, status, summary


def run(binary, *arguments):
    """Runs the program; returns its peak memory in kilobytes."""
    code, memory = peak(binary, *arguments)
    if code != 0:
        check(f"exit code of {' '.join(map(str, arguments[:2]))}", code, False)
    return memory


def table(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def overlap(hull, box):
    """Intersection over union of a record's hull and a box (xmin, ymin, xmax, ymax)."""
    width = min(hull["x"] + hull["width"], box[2]) - max(hull["x"], box[0])
    height = min(hull["y"] + hull["height"], box[3]) - max(hull["y"], box[1])
    common = max(0, width) * max(0, height)
    return common / (hull["width"] * hull["height"] + (box[2] - box[0]) * (box[3] - box[1]) - common)


def labels(binary, data, work):
    run(binary, "classify", data / "imagenet-1000-samples/images", "--output", work / "labels")
    truth = {Path(row["file"]).name: int(row["imagenet_index"]) for row in table(data / "imagenet-1000-samples/labels.csv")}
    found = raw_records(work / "labels")
    right = sum(r["status"] == "ok" and r["predictions"][0]["index"] == truth[r["path"]] for r in found)
    share = right / len(truth)
    check("right class first on 1,000 ImageNet samples, at least .835", f"{share:.3f}", len(found) == len(truth) and share >= 0.835)


def rectangles(binary, data, work):
    run(binary, "run", "pipelines/crop-and-sort.yaml", data / "oxford-pets-256/images", "--output", work / "pets")
    boxes = {
        row["file"]: [float(row["body_" + side]) for side in ("xmin", "ymin", "xmax", "ymax")]
        for row in table(data / "oxford-pets-256/boxes.csv") if row["body_xmin"]
    }
    overlaps = [overlap(r["rectangle"]["hull"], boxes[r["path"]]) for r in raw_records(work / "pets") if r["path"] in boxes]
    mean = sum(overlaps) / len(overlaps)
    share = sum(value >= 0.5 for value in overlaps) / len(overlaps)
    check(
        f"mean IoU of hulls with {len(boxes)} bodies, within .02 of .733", f"{mean:.4f} (at least .5: {share:.3f})",
        len(overlaps) == len(boxes) and abs(mean - 0.733) <= 0.02)


def hostile(binary, data, work):
    run(binary, "run", "pipelines/crop-and-sort.yaml", data / "hostile", "--output", work / "hostile")
    found = [r["path"] for r in raw_records(work / "hostile")]
    counts = summary(work / "hostile")
    files = sum(len(names) for _, _, names in os.walk(data / "hostile"))
    counted = len(found) + counts["counts"]["ignored"]
    check(
        f"one record or one ignored file for each of {files} hostile files",
        f"{len(found)} records, {counts['counts']['ignored']} ignored", counted == files and len(set(found)) == len(found))
    image_names = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".heic", ".heif", ".avif", ".bmp"}
    named = {
        os.path.relpath(os.path.join(folder, name), data / "hostile")
        for folder, _, names in os.walk(data / "hostile") for name in names
        if os.path.splitext(name)[1].lower() in image_names
    }
    check("every file with an image extension has a record", f"{len(named - set(found))} missing", named <= set(found))
    truth(data, {r["path"]: r for r in raw_records(work / "hostile")})


# Files that the reference decodes and this program does not, or otherwise; docs/reliability.md has the reasons.
OTHERWISE = {
    "corrupt/chunk-length-huge.png", "corrupt/idat-bad-crc.png", "corrupt/palette-missing.png", "corrupt/rows-per-strip-zero.tif",
    "deep/10ct_32bit_128.tiff", "pngsuite-corrupt/xcsn0g01.png", "tiff/old-style-jpeg-compression.tif", "tiff/tiff_tiled_planar_raw.tif",
}


def truth(data, found):
    """What the records say of decodable and of cut files, beside what the reference decoder said."""
    def is_supported(row):
        record = found.get(row["path"])
        return record is not None and record["reason"] not in ("blocked_format", "not_image")

    rows = [row for row in table(data / "hostile/manifest.csv") if is_supported(row)]
    other = set()
    for row in rows:
        if row["expectation"] != "decodes":
            continue
        record = found[row["path"]]
        size = [int(row[side]) for side in ("width", "height")] if row["width"] else None
        if size and row["orientation"] in ("5", "6", "7", "8"):
            size.reverse()
        known = [(record["input"] or {}).get(side) for side in ("width", "height")]
        if record["status"] != "ok" or (size and known != size):
            other.add(row["path"])
    decodable = sum(row["expectation"] == "decodes" for row in rows)
    check(f"{decodable} decodable files in supported formats have their right upright size, but for {len(OTHERWISE)} with a reason",
          f"others {sorted(other ^ OTHERWISE)}", other == OTHERWISE)
    cut = [row["path"] for row in rows if row["kind"] == "truncated" and row["expectation"] == "fails"]
    # Its pixels are whole; only the trailer is torn.
    odd = {path for path in cut if found[path]["reason"] != "truncated"} ^ {"truncated/truncated_end_chunk.png"}
    check(f"{len(cut)} cut files say `truncated`, but for one whose pixels are whole", f"others {sorted(odd)}", not odd)


def memory(binary, data, work):
    photographs = sorted((data / "imagenet-1000-samples/images").iterdir())
    peaks = {}
    for count in (500, 5000):
        folder = work / f"photographs-{count}"
        folder.mkdir()
        for number in range(count):
            source = photographs[number % len(photographs)]
            (folder / f"{number:05}-{source.name}").symlink_to(source.resolve())
        peaks[count] = run(binary, "run", "pipelines/crop-and-sort.yaml", folder, "--output", work / f"out-{count}")
        shutil.rmtree(work / f"out-{count}")
    ratio = peaks[5000] / peaks[500]
    check(
        "peak memory over 5,000 photographs, at most 1.15 times that over 500",
        f"{ratio:.3f} ({peaks[5000]} kB / {peaks[500]} kB)", ratio <= 1.15)


def main():
    binary, data = os.path.abspath(sys.argv[1]), Path(sys.argv[2]) / "data"
    for needed in ("imagenet-1000-samples", "oxford-pets-256", "hostile"):
        if not (data / needed).is_dir():
            print(f"{data / needed} is missing: say where the data is with SHARED=DIR")
            return 2
    with tempfile.TemporaryDirectory() as folder:
        for part in (labels, rectangles, hostile, memory):
            part(binary, data, Path(folder))
    return status()


if __name__ == "__main__":
    sys.exit(main())
