"""Holds crops against those of libvips: compare.py VIEWFINDER SHARED_DATA

What a crop keeps of the animals' bodies, on the pets' trainval split: photographs in the shape they were taken in. Writes rows.csv beside this
file, a row for each photograph and ratio; `tables.py` makes the tables of docs/evidence.md of it. All windows of a ratio are equally large, the
largest that the photograph holds, and differ in where they lie. Then come Viewfinder's own tight windows: for each rival the
tightest margin at which the mean share kept is at least the rival's, chosen on every second photograph.

A box's edges are rounded to whole pixels, so a subject is whole when the share kept of it is 1.
"""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pyvips

program, data = sys.argv[1], Path(sys.argv[2], "oxford-pets-256")
RATIOS = {"1:1": "1x1", "4:5": "4x5", "16:9": "16x9"}
RIVALS = ("attention", "entropy", "centre")
MARGINS = (0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2)


def boxes():
    """The bodies, by name: left, top, right, bottom in whole pixels."""
    with open(data / "boxes.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["split"] == "trainval" and row["body_xmin"]:
                sides = [int(row["width"]), int(row["height"])] * 2
                edges = [float(row["body_" + edge]) for edge in ("xmin", "ymin", "xmax", "ymax")]
                yield row["file"], [min(max(round(edge), 0), side) for edge, side in zip(edges, sides)]


def area(box):
    return max(0, box[2] - box[0]) * max(0, box[3] - box[1])


def kept(box, window):
    common = [max(box[0], window[0]), max(box[1], window[1]), min(box[2], window[2]), min(box[3], window[3])]
    return area(common) / area(box)


def crops(inputs, output, *options):
    """Windows by ratio and photograph, and the sizes of the photographs."""
    command = [program, "crop", *inputs, "--aspects", ",".join(RATIOS), "--longest", "32", "--output", output, *options]
    subprocess.run(list(map(str, command)), check=True, stderr=subprocess.DEVNULL)
    windows, frames, sources = {ratio: {} for ratio in RATIOS}, {}, {}
    for line in open(output / "manifest.jsonl", encoding="utf-8"):
        record = json.loads(line)
        frames[record["path"]] = record["input"]["width"] * record["input"]["height"]
        for ratio, output_record in zip(RATIOS, record["outputs"]):
            assert output_record["stage"] == "write-" + RATIOS[ratio]
            (x, y), (width, height) = output_record["region"]["center"], output_record["region"]["size"]
            windows[ratio][record["path"]] = [
                round(x - width / 2), round(y - height / 2), round(x + width / 2), round(y + height / 2),
            ]
            sources[output_record["source"]] = sources.get(output_record["source"], 0) + 1
    print(options, sources, file=sys.stderr)
    return windows, frames


def rival(name, method, window):
    """libvips' window of the same size."""
    picture = pyvips.Image.new_from_file(str(data / "images" / name))
    width, height = window[2] - window[0], window[3] - window[1]
    cut = picture.smartcrop(width, height, interesting=method)
    x, y = -cut.xoffset, -cut.yoffset
    return [x, y, x + width, y + height]


def mean(values):
    values = list(values)
    return sum(values) / len(values)


bodies = dict(sorted(boxes()))
with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    (folder / "list").write_text("\n".join(bodies))
    largest, frames = crops(
        ["--files-from", folder / "list", "--root", data / "images"], folder / "largest", "--min-share", "100%")
    tight = {
        margin: crops(["--from", folder / "largest" / "manifest.jsonl"], folder / f"tight-{margin}", "--margin", margin)[0]
        for margin in MARGINS
    }

columns = ["file", "ratio", "window", "viewfinder", *RIVALS]
columns += [f"{what}_at_{method}" for method in RIVALS for what in ("margin", "kept", "window")]
with open(Path(__file__).with_name("rows.csv"), "w", newline="", encoding="utf-8") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(columns)
    for ratio in RATIOS:
        shares = {
            name: [kept(box, largest[ratio][name])]
            + [kept(box, rival(name, method, largest[ratio][name])) for method in RIVALS]
            for name, box in bodies.items()
        }
        choosing = list(bodies)[::2]
        chosen = []
        for place in range(len(RIVALS)):
            target = mean(shares[name][1 + place] for name in choosing)
            enough = [m for m in MARGINS if mean(kept(bodies[name], tight[m][ratio][name]) for name in choosing) >= target]
            chosen.append(min(enough, default=MARGINS[-1]))
        for name, box in bodies.items():
            row = [name, ratio, area(largest[ratio][name]) / frames[name], *shares[name]]
            for margin in chosen:
                row += [margin, kept(box, tight[margin][ratio][name]), area(tight[margin][ratio][name]) / frames[name]]
            out.writerow([round(value, 4) if isinstance(value, float) else value for value in row])
