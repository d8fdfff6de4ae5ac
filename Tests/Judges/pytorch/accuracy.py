"""Fine-tuning EfficientNet-Lite0 on ten classes: do both end equally good?

Recipe, photographs and starting weights are the same; the orders of photographs and the mirrored ones are each program's own draw.
"""
import json
import math
import subprocess

import torch

import modelfile
import photographs
from training import Training

TOLERANCE = 0.01
BATCH = 32
SIDE = 224
SETTINGS = {
    "epochs": 2, "batch": BATCH, "schedule": {"rate": 1e-3, "warmup": 0.1},
    "optimiser": {"kind": "adamw", "momentum": 0.9, "weightDecay": 1e-2, "clip": 1},
    "rates": {"others": 0.1, "layers": {"classifier": 1}},
    "losses": {"classification": 1, "smoothing": 0.1}, "augmentation": {"flip": 0.5}, "normalisationMomentum": 0.1}


def interval(share, count):
    """Wilson's 95 % interval."""
    z = 1.96
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return f"{share:.3f} [{centre - reach:.3f} {centre + reach:.3f}]"


class Judge:
    """`each` photographs of a class are learned from. With `resumes`, trainings of an earlier run are kept or gone on with."""

    def __init__(self, binary, repository, shared, work, each, resumes):
        data = shared / "data/imagenette-224"
        self.binary, self.work, self.data, self.resumes = binary, work, data, resumes
        self.learning = photographs.folders(data / "train", each)
        self.held_out = photographs.folders(data / "val")
        card, tensors = modelfile.read(repository / "Sources/viewfinder/Resources/models/lite0-rectangle.safetensors")
        card.update(labels=sorted({label for _, label in self.learning}), attention=None)
        # That of the photographs: PyTorch is given them as they are.
        card["canvas"].update(width=SIDE, height=SIDE, fit="squash")
        self.start = work / "accuracy.start.safetensors"
        modelfile.write(self.start, card, Training(card, tensors, SETTINGS, 1).parameters.used)
        photographs.write_list(work / "accuracy.list.csv", self.learning)
        (work / "accuracy.json").write_text(json.dumps(SETTINGS))

    def ours(self, seed):
        """Where the program's model will be, and the training that makes it; no training if an earlier run has."""
        output = self.work / f"accuracy-{seed}.safetensors"
        if self.resumes and output.exists():
            return output, None
        again = [] if self.resumes else ["--overwrite"]
        return output, subprocess.Popen(
            [self.binary, "train", self.work / "accuracy.list.csv", "--output", output, "--quiet", "--model", self.start,
             "--settings", self.work / "accuracy.json", "--learn", "everything", "--hold-out", "0", "--seed", str(seed), *again])

    def theirs(self, seed):
        """The same recipe in PyTorch; the model's file."""
        output = self.work / f"accuracy-{seed}.pytorch.safetensors"
        if self.resumes and output.exists():
            return output
        card, tensors = modelfile.read(self.start)
        generator = torch.Generator().manual_seed(seed)
        batches = len(self.learning) // BATCH
        training = Training(card, tensors, SETTINGS, SETTINGS["epochs"] * batches)
        for _ in range(SETTINGS["epochs"]):
            order = torch.randperm(len(self.learning), generator=generator)[:batches * BATCH]
            for batch in order.view(batches, BATCH).tolist():
                input = photographs.tensor([self.learning[index][0] for index in batch], card["canvas"])
                is_mirrored = torch.rand(BATCH, generator=generator) < SETTINGS["augmentation"]["flip"]
                input = torch.where(is_mirrored[:, None, None, None], input.flip(3), input)
                training.step(input, torch.tensor([card["labels"].index(self.learning[index][1]) for index in batch]))
        modelfile.write(output, card, training.parameters.used)
        return output

    def judged_by_us(self, model):
        """Top-1 on what was held out, by `viewfinder evaluate`."""
        report = subprocess.run(
            [self.binary, "evaluate", model, self.data, "--subset", "val", "--no-views", "--format", "json"],
            check=True, capture_output=True, text=True)
        return json.loads(report.stdout)["labels"]["top1"]["value"]

    def judged_by_pytorch(self, model):
        card, tensors = modelfile.read(model)
        training = Training(card, tensors, SETTINGS, 1)
        right = 0
        for first in range(0, len(self.held_out), BATCH):
            part = self.held_out[first:first + BATCH]
            answers = training.logits(photographs.tensor([file for file, _ in part], card["canvas"])).argmax(1)
            right += sum(card["labels"][answer] == label for answer, (_, label) in zip(answers.tolist(), part))
        return right / len(self.held_out)


def run(judge, seeds):
    """Prints the table; whether all is well."""
    count = len(judge.held_out)
    print(
        f"{len(judge.learning)} photographs to learn from, {SETTINGS['epochs']} epochs; right first on {count} held out\n\n"
        "| seed | trained by viewfinder | the same, judged in PyTorch | trained by PyTorch | the same, judged by viewfinder |\n"
        "|---|---|---|---|---|", flush=True)
    ours, theirs = [], []
    for seed in seeds:
        a, training = judge.ours(seed)
        b = judge.theirs(seed)
        if training and training.wait() != 0:
            raise SystemExit(f"viewfinder train ended with {training.returncode}")
        ours.append(judge.judged_by_us(a))
        theirs.append(judge.judged_by_pytorch(b))
        print(
            f"| {seed} | {interval(ours[-1], count)} | {judge.judged_by_pytorch(a):.3f} | {interval(theirs[-1], count)} "
            f"| {judge.judged_by_us(b):.3f} |", flush=True)
    difference = (sum(ours) - sum(theirs)) / len(ours)
    is_met = abs(difference) <= TOLERANCE
    print(f"\ndifference {100 * difference:+.2f} points, {'ok' if is_met else 'FAIL'}", flush=True)
    return is_met
