#!/usr/bin/env python3
"""Reads what `viewfinder export` writes with the tools it is written for, and compares it with the manifest.

    exports.py BINARY PHOTOGRAPHS

Needs datumaro, pycocotools, supervision and webdataset (exports-requirements.txt). Exits 1 if a check fails.
"""
import csv
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import datumaro
import supervision
import webdataset
from PIL import Image
from pycocotools.coco import COCO

from driver import check, raw_records, run, status


def near(one, other, within=0.02):
    return len(one) == len(other) and all(abs(a - b) <= within for a, b in zip(one, other))


def flat(points):
    return [number for point in points for number in point]


def is_found(record):
    return record["status"] == "ok" and "rectangle" in record


def coco(path, found):
    data = COCO(path)
    boxes, outlines = [], []
    for annotation in data.loadAnns(data.getAnnIds()):
        record = found[data.loadImgs(annotation["image_id"])[0]["file_name"]]
        hull = record["rectangle"]["hull"]
        label = data.loadCats(annotation["category_id"])[0]["name"]
        boxes.append(label == record["predictions"][0]["label"]
                     and near(annotation["bbox"], [hull[name] for name in ("x", "y", "width", "height")]))
        outlines.append(near(annotation["segmentation"][0], flat(record["rectangle"]["quad"]))
                        and data.annToMask(annotation).any())
    check("pycocotools reads labels, hulls and corners of the COCO file", f"{len(boxes)} of {len(found)}",
          len(boxes) == len(found) and all(boxes) and all(outlines))


def by_datumaro(path, form):
    """The items that datumaro finds: name, label, annotation."""
    data = datumaro.Dataset.import_from(str(path), form)
    labels = data.categories()[datumaro.AnnotationType.label]
    return [(item.id, labels[annotation.label].name, annotation) for item in data for annotation in item.annotations]


def outline(annotation):
    """The corners of a box that may be turned, one number after the other."""
    corners = annotation.as_polygon()
    return flat(corners) if isinstance(corners[0], tuple) else corners


def cvat(path, found, photographs):
    # Datumaro wants the photographs as well; CVAT itself does not.
    whole = path.parent / "cvat"
    whole.mkdir()
    path.rename(whole / "annotations.xml")
    (whole / "images").symlink_to(Path(photographs).resolve())
    items = by_datumaro(whole, "cvat")
    by_name = {os.path.splitext(name)[0]: record for name, record in found.items()}
    good = 0
    for name, label, annotation in items:
        record = by_name[name]
        corners = [(x, y) for x, y in record["rectangle"]["corners"]]
        read = outline(annotation)
        good += label == record["predictions"][0]["label"] and all(
            min(abs(x - a) + abs(y - b) for a, b in corners) < 0.2 for x, y in zip(read[::2], read[1::2]))
    check("datumaro reads the turned boxes of the CVAT file", f"{good} of {len(found)}", good == len(found) == len(items))


def yolo(path, found):
    data = supervision.DetectionDataset.from_yolo(
        str(path / "images/train"), str(path / "labels/train"), str(path / "data.yaml"), is_obb=True)
    by_stem = {Path(name).stem: record for name, record in found.items()}
    good = 0
    for name, _, detections in data:
        record = by_stem[Path(name).stem.split("-", 1)[1]]
        sides = [record["input"][side] for side in ("width", "height")]
        # The format knows nothing outside of the photograph.
        corners = [[min(max(value, 0), side) for value, side in zip(corner, sides)] for corner in record["rectangle"]["quad"]]
        read = detections.data["xyxyxyxy"][0].tolist()
        good += (data.classes[detections.class_id[0]] == record["predictions"][0]["label"]
                 and near(flat(read), flat(corners), within=1.5))
    check("supervision reads the oriented boxes of the YOLO directory", f"{good} of {len(found)}", good == len(found) == len(data))


def shards(path, found):
    samples = list(webdataset.WebDataset([str(file) for file in sorted(path.glob("*.tar"))], shardshuffle=False))
    good = 0
    for sample in samples:
        record = json.loads(sample["json"])
        picture = next(content for name, content in sample.items() if name not in ("json", "cls") and not name.startswith("__"))
        good += (int(sample["cls"]) == record["predictions"][0]["index"] and record == found[record["path"]]
                 and sorted(Image.open(io.BytesIO(picture)).size) == sorted(record["input"][side] for side in ("width", "height")))
    check("webdataset reads photographs, records and classes", f"{good} of {len(found)}", good == len(found) == len(samples))


def again(binary, path, found):
    """A run over the shards finds what the run found that they were made of: with the same pipeline, which decodes at the same scale."""
    run(binary, "run", "pipelines/crop-and-sort.yaml", path, "--include", "*.tar", "--output", path.parent / "again")
    by_hash = {record["input"]["sha256"]: record for record in found.values()}
    records = raw_records(path.parent / "again")
    good = sum(record["status"] == "ok" and all(record[name] == by_hash[record["input"]["sha256"]][name] for name in ("predictions", "rectangle"))
               for record in records)
    check("a run over the shards finds the same", f"{good} of {len(found)}", good == len(found) == len(records))


def table(path, every):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    good = sum(row["status"] == record["status"] and row["path"] == record["path"] for row, record in zip(rows, every))
    check("csv has a row for every record", f"{good} of {len(every)}", good == len(every) == len(rows))


def folders(path, found):
    links = [link for link in path.glob("*/*")]
    good = sum(any(link.parent.name == record["predictions"][0]["label"] and link.stat().st_size == record["input"]["bytes"]
                   for record in found.values()) for link in links)
    check("class folders hold links to every photograph", f"{good} of {len(found)}", good == len(found) == len(links))


def main():
    binary, photographs = os.path.abspath(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        run(binary, "run", "pipelines/crop-and-sort.yaml", photographs, "--output", work / "run")
        every = raw_records(work / "run")
        found = {record["path"]: record for record in every if is_found(record)}
        readers = {
            "coco": lambda path: coco(path, found),
            "csv": lambda path: table(path, every),
            "cvat": lambda path: cvat(path, found, photographs),
            "folders": lambda path: folders(path, found),
            "webdataset": lambda path: (shards(path, found), again(binary, path, found)),
            "yolo-obb": lambda path: yolo(path, found),
        }
        for form, reader in readers.items():
            place = work / f"export.{form}"
            ended = run_export(binary, work / "run/manifest.jsonl", form, place)
            if ended.returncode:
                check(form, ended.stderr.strip(), False)
            else:
                reader(place)
    return status()


def run_export(binary, manifest, form, place):
    return subprocess.run([binary, "export", manifest, "--format", form, "--output", place], capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
