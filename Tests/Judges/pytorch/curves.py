"""50 steps from the same weights on the same batches: does the loss go the same way?

A step's batch is the whole list, so that the shuffle does not matter; there is no augmentation.
"""
import csv
import dataclasses
import json
import subprocess

import torch

import modelfile
import photographs
from training import Training

STEPS = 50
TOLERANCE = 0.01
EACH = 4  # photographs of each of the ten classes

SGD = {"kind": "sgd", "momentum": 0.9, "weightDecay": 1e-3, "clip": 1}
ADAMW = {"kind": "adamw", "momentum": 0.9, "weightDecay": 1e-2, "clip": 1}
BOTH_MAPS = {"kind": "rectangle", "after": "head", "detail": "block10", "semantic": "block15"}


@dataclasses.dataclass
class Setting:
    name: str
    attention: dict | None = None
    optimiser: dict = dataclasses.field(default_factory=lambda: ADAMW)
    rate: float = 1e-3
    batch_statistics: bool = True
    losses: dict = dataclasses.field(default_factory=dict)
    architecture: str = "efficientnet-lite0"
    reduction: int = 2

    def settings(self):
        """As `viewfinder train --settings` takes them."""
        learned = ["attention", "classifier"] if self.attention else ["classifier"]
        settings = {
            "epochs": STEPS, "schedule": {"rate": self.rate, "warmup": 0.1}, "optimiser": self.optimiser,
            "rates": {"others": 0.1, "layers": dict.fromkeys(learned, 1)},
            "losses": {"classification": 1, "smoothing": 0.1, "teacher": 0, **self.losses}, "augmentation": {}}
        if self.batch_statistics:
            settings["normalisationMomentum"] = 0.1
        return settings


def attentions():
    def with_uses(name, attention, *variations):
        for use, variation in zip(("multiply", "residual", "pooling"), variations):
            yield Setting(f"{name}, {use}", dict(attention, use=use), **variation)
    frozen_sgd = {"optimiser": SGD, "rate": 1e-2, "batch_statistics": False}
    yield from with_uses("moments head", BOTH_MAPS, {}, frozen_sgd, {})
    yield Setting("moments head, pulled upright", dict(BOTH_MAPS, uprightness=0.05), **frozen_sgd)
    # Adam moves each of the flatten head's many weights alike: at 1e-3 PyTorch's own loss depends on the last bit by .3 %.
    gently = {"rate": 3e-4}
    yield from with_uses("flatten head", dict(BOTH_MAPS, head="flatten"), gently, frozen_sgd, gently)
    yield Setting("flatten head, upright", dict(BOTH_MAPS, head="flatten", upright=True), **gently)
    yield from with_uses("position-wise", dict(BOTH_MAPS, kind="positionwise"), {}, frozen_sgd, {})
    yield Setting("spatial gate", {"kind": "spatial-gate", "after": "head"})
    yield Setting("spatial gate behind block 10", {"kind": "spatial-gate", "after": "block10"}, **frozen_sgd)


RECTANGLE_LOSSES = {"agreement": 0.5, "inside": 1, "outside": 3, "area": 2.3, "teacher": 1}

SETTINGS = [
    Setting("plain", optimiser=SGD, rate=1e-2, batch_statistics=False, reduction=1),
    Setting("plain, AdamW, batch statistics", reduction=1),
    Setting("plain, SGD, batch statistics, no smoothing", optimiser=SGD, rate=1e-2, losses={"smoothing": 0}),
    Setting("MobileNetV2 from nothing, batch statistics", architecture="mobilenet-v2", optimiser=SGD, rate=1e-2),
    *attentions(),
    Setting("moments head, losses of the rectangle", BOTH_MAPS, losses=RECTANGLE_LOSSES),
    Setting("moments head, losses of the rectangle, SGD", BOTH_MAPS, SGD, 1e-2, False, RECTANGLE_LOSSES),
]


class Judge:
    def __init__(self, binary, repository, shared, work, is_resumed):
        self.binary, self.work, self.is_resumed = binary, work, is_resumed
        self.model = repository / "Sources/viewfinder/Resources/models/lite0-rectangle.safetensors"
        self.teacher = repository / "experiments/rectangle/teacher-boxes.csv"
        data = shared / "data"
        found = photographs.folders(data / "imagenette-224/train", EACH)
        self.labels = sorted({label for _, label in found})
        self.photographs = {1: found, 2: photographs.reduced(found, 2, work / "reduced")}
        self.boxes = photographs.boxes(self.teacher, data, found)
        alike = photographs.decoded_alike(binary, found, work)
        print(f"decoded to the same pixels: {alike} of {len(found)} photographs", flush=True)
        if alike < len(found):
            raise SystemExit("photographs are decoded differently: nothing can be compared")

    def start(self, setting, path):
        """Writes the model that both start from."""
        card, tensors = modelfile.read(self.model)
        side = 224 // setting.reduction
        card.update(labels=self.labels, architecture=setting.architecture, attention=setting.attention)
        card["canvas"].update(width=side, height=side, fit="squash")
        if setting.attention != card.get("attention"):
            tensors = {name: tensor for name, tensor in tensors.items() if not name.startswith("attention.")}
        training = Training(card, tensors, setting.settings(), STEPS)
        modelfile.write(path, card, training.parameters.used)

    def begin_ours(self, setting, name):
        """Starts `viewfinder train`, which leaves its curve beside its model."""
        settings, output = self.work / f"{name}.json", self.work / f"{name}.safetensors"
        settings.write_text(json.dumps(setting.settings()))
        listed = self.photographs[setting.reduction]
        photographs.write_list(self.work / f"{name}.list.csv", listed)
        teacher = self.work / f"{name}.boxes.csv"
        with open(teacher, "w", newline="", encoding="utf-8") as file:
            rows = [(path, *((row + 1) / 2).tolist()) for (path, _), row in zip(listed, self.boxes)]
            csv.writer(file).writerows([("file", "xmin", "ymin", "xmax", "ymax"), *rows])
        return subprocess.Popen(
            [self.binary, "train", self.work / f"{name}.list.csv", "--output", output, "--overwrite", "--quiet",
             "--model", self.work / f"{name}.start.safetensors", "--settings", settings, "--learn", "everything",
             "--hold-out", "0", "--batch", str(len(listed)), "--teacher", teacher, "--root", "/"])

    def theirs(self, setting, name):
        """The same in PyTorch."""
        card, tensors = modelfile.read(self.work / f"{name}.start.safetensors")
        training = Training(card, tensors, setting.settings(), STEPS)
        listed = self.photographs[setting.reduction]
        input = photographs.tensor([file for file, _ in listed], card["canvas"])
        labels = torch.tensor([card["labels"].index(label) for _, label in listed])
        return [training.step(input, labels, self.boxes) for _ in range(STEPS)]

    def judge(self, setting):
        """The first and last loss, its worst relative difference, and that of the first gradient's length."""
        name = "".join(c if c.isalnum() else "-" for c in setting.name.lower())
        kept, asked = self.work / f"{name}.judged.json", dataclasses.asdict(setting)
        if self.is_resumed and kept.exists():
            earlier = json.loads(kept.read_text())
            if earlier["setting"] == asked:
                return earlier["figures"]
        figures = self.measure(setting, name)
        kept.write_text(json.dumps({"setting": asked, "figures": figures}))
        return figures

    def measure(self, setting, name):
        self.start(setting, self.work / f"{name}.start.safetensors")
        training = self.begin_ours(setting, name)
        theirs = self.theirs(setting, name)
        if training.wait() != 0:
            raise SystemExit(f"{setting.name}: viewfinder train ended with {training.returncode}")
        with open(self.work / f"{name}.safetensors.csv", encoding="utf-8") as curve:
            ours = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(curve)]
        if len(ours) != STEPS:
            raise SystemExit(f"{setting.name}: {len(ours)} steps instead of {STEPS}")

        def worst(key):
            return max(abs(a[key] - b[key]) / abs(b[key]) for a, b in zip(ours, theirs))
        gradient = abs(ours[0]["gradient"] / theirs[0]["gradient"] - 1)
        return theirs[0]["loss"], theirs[-1]["loss"], worst("loss"), gradient


def run(judge, only=""):
    """Prints the table; whether all is well."""
    print("| setting | steps | loss, first to last | worst difference of the loss | of the first gradient's length | |")
    print("|---|---|---|---|---|---|", flush=True)
    is_well = True
    for setting in SETTINGS:
        if only not in setting.name:
            continue
        first, last, loss, gradient = judge.judge(setting)
        is_met = loss <= TOLERANCE
        is_well = is_well and is_met
        print(
            f"| {setting.name} | {STEPS} | {first:.3f} to {last:.3f} | {loss:.4%} | {gradient:.4%} "
            f"| {'ok' if is_met else 'FAIL'} |", flush=True)
    return is_well
