"""The parts of the measurement: who runs against whom, on what."""
import json
import os
import sys

import machine
import photographs
import waiting
from agreement import check_agreement
from contenders import printed
from model_card import card_of

PARTS = ("network", "pipeline", "floor", "pixels", "training", "scaling", "memory", "start")
TRAINING_SIDE, BATCH = 224, 32
LONG = (500, 2500, 10_000)
STARTS = 21


def side(model):
    canvas = card_of(model)["canvas"]
    if canvas["width"] != canvas["height"]:
        raise SystemExit("the model's canvas is no square: the peers are written for squares")
    return canvas["width"]


class Bench:
    def __init__(self, contenders, results, files, count, rounds, shared):
        """`count`: photographs of a run, at least."""
        self.contenders, self.results, self.files = contenders, results, files
        self.rounds, self.shared, self.cores = rounds, shared, len(os.sched_getaffinity(0))
        self.sides = sorted({224, contenders.side})
        self.count = photographs.whole_turns(files, count)
        self.folder = photographs.link(files, contenders.work / "photographs", self.count)

    def prepare(self):
        """Gives the peers the network, and goes on only if all say the same of a photograph."""
        for size in self.sides:
            worst = check_agreement(self.contenders, self.files[0], size)
            self.say(f"all engines agree at {size}: logits differ by {worst:.1e} of their range at the most")
        self.results.set_machine(machine.describe(self.contenders.ours("network", "--canvas", 32)))

    def measure(self, name):
        getattr(self, name)()

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def alternate(self, group, contenders):
        """All in turn, round by round; each round begins with another one."""
        names = list(contenders)
        for number in range(len(self.results.rounds(group)), self.rounds):
            first = number % len(names)
            found = {}
            for name in names[first:] + names[:first]:
                found[name] = contenders[name]()
                rate = next(value for key, value in found[name].items() if key.endswith("per_second"))
                self.say(f"{group} {number + 1}/{self.rounds}: {name} {rate:.2f}")
            self.results.add(group, {name: found[name] for name in names})

    # MARK: Parts

    def network(self):
        for size in self.sides:
            for cores in sorted({1, self.cores}):
                self.alternate(f"network.{size}.{cores}", self.contenders.networks(size, cores))

    def pipeline(self):
        for cores in sorted({1, self.cores}, reverse=True):
            self.alternate(f"pipeline.{cores}", self.contenders.pipelines(self.folder, self.count, cores))

    def floor(self):
        """Measured in rounds with ours on one core, so that it can be compared."""
        ours = self.contenders.ours("network", "--canvas", self.contenders.side)
        crops = self.crops(self.folder, "crops")

        def floor():
            found = self.contenders.peer(
                "floor.py", self.folder, crops / "files", ours["network"]["multiply_adds"], cores=1)
            parts = [found[f"{part}_milliseconds"] for part in ("decode", "gemm", "encode")]
            return {"photographs_per_second": 1e3 / sum(parts), **found}
        pipelines = self.contenders.pipelines(self.folder, self.count, self.cores)
        self.alternate("floor", {"floor": floor, "ours": pipelines["ours"]})

    def pixels(self):
        """How decoding grows with a photograph's size."""
        if self.results.fact("pixels") is None:
            once = photographs.link(self.files, self.contenders.work / "once", len(self.files))
            found = self.contenders.ours("decode", once, cores=1, jobs=1, rounds=self.rounds)
            self.results.set_fact("pixels", found["decode"])

    def training(self):
        self.alternate("training", self.contenders.trainings(TRAINING_SIDE, BATCH, self.cores))

    def scaling(self):
        """One permit against all, nothing else being different."""
        def network(jobs):
            found = self.contenders.ours("network", "--canvas", self.contenders.side, jobs=jobs)["network"]
            return {"images_per_second": found["median_images_per_second"]}

        def pipeline(jobs):
            found = self.contenders.ours("pipeline", self.folder, jobs=jobs)["pipeline"]
            return {"photographs_per_second": found["median_photographs_per_second"],
                    "peak_rss_bytes": found["peak_rss_bytes"]}
        for group, run in (("scaling.network", network), ("scaling.pipeline", pipeline)):
            self.alternate(group, {str(jobs): lambda jobs=jobs: run(jobs) for jobs in sorted({1, self.cores})})

    def memory(self):
        """Peaks on 24 megapixels with two permits: crops to 512, and crops at full size."""
        if self.results.fact("memory") is not None:
            return
        rows = []
        for orientation in (1, 6):
            folder = photographs.of_24_megapixels(
                self.files, self.contenders.work / f"24-megapixels-{orientation}", orientation)
            for longest in (512, None):
                summary = self.summary(self.crops(folder, "memory", longest, jobs=2))
                rows.append({"orientation": orientation, "longest": longest, "peak_rss_bytes": summary["peak_rss_bytes"]})
        self.results.set_fact("memory", rows)

    def long(self):
        """Memory and speed over ever more photographs: small ones where there are, for the number is what counts."""
        if self.results.fact("long") is not None:
            return
        rows = []
        for count in LONG:
            folder = photographs.link(self.small() or self.files, self.contenders.work / "many", count)
            summary = self.summary(self.crops(folder, "long"))
            rows.append({"photographs": count, "peak_rss_bytes": summary["peak_rss_bytes"],
                         "photographs_per_second": summary["images_per_second"]})
            self.say(f"long: {rows[-1]}")
        self.results.set_fact("long", rows)

    def start(self):
        """How long people wait: for the help, and for the first record of a run."""
        if self.results.fact("start") is not None:
            return
        rows = [{"what": "`--help`", "milliseconds": [
            waiting.for_end([self.contenders.binary, "--help"]) for _ in range(STARTS)]}]
        kinds = {"first record, photographs of 4 megapixels and more": self.files, "first record, small ones": self.small()}
        for what, files in kinds.items():
            if files:
                folder = photographs.link(files, self.contenders.work / "first", 100)
                rows.append({"what": what, "milliseconds": [self.first_record(folder) for _ in range(STARTS)]})
        self.results.set_fact("start", rows)

    def small(self):
        """Photographs of half a megapixel, where there are some."""
        samples = self.shared and self.shared / "data/imagenet-1000-samples/images"
        return sorted(samples.rglob("*.jp*g")) if samples and samples.is_dir() else []

    # MARK: Ours as people run it

    def crops(self, folder, name, longest=512, jobs=None):
        """Crops of a folder, by a run of the program; they are in `files` there."""
        command, run = self.cropping(folder, name, longest, jobs)
        printed(command)
        return run

    def first_record(self, folder):
        command, run = self.cropping(folder, "first-run")
        return waiting.for_line(command, run / "manifest.jsonl")

    def cropping(self, folder, name, longest=512, jobs=None):
        """The command of a run that crops, and where it writes."""
        out = self.contenders.fresh(name)
        pipeline = out / "pipeline.yaml"
        pipeline.write_text(PIPELINE.format(longest=longest or "none"), encoding="utf-8")
        return [self.contenders.binary, "run", pipeline, folder, "--output", out / "run", "--quiet",
                *(["--jobs", jobs] if jobs else [])], out / "run"

    @staticmethod
    def summary(run):
        return json.loads((run / "run.json").read_text(encoding="utf-8"))


PIPELINE = """version: 1
stages:
  - {{use: read}}
  - {{use: decode}}
  - {{use: classify}}
  - {{use: crop, with: {{longest: {longest}, min_score: 0%, max_coverage: 100%}}}}
  - {{use: write, with: {{path: "files/{{stem}}.jpg", quality: 88}}}}
"""
