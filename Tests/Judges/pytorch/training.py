"""Losses, schedule and steps of a training, by the settings that `viewfinder train` takes."""
import math

import torch
import torch.nn.functional as F

from modelfile import Parameters
from networks import Pass, of_card, window


def hull_loss(rectangles, boxes):
    """1 - GIoU of upright hulls and boxes (left, top, right, bottom), and half the mean distance of their edges on the canvas."""
    mu, sigma, alpha = rectangles[:, :2], rectangles[:, 2:4], rectangles[:, 4:]
    half = alpha.cos().abs() * sigma + alpha.sin().abs() * sigma.flip(1)
    low, high, box_low, box_high = mu - half, mu + half, boxes[:, :2], boxes[:, 2:]
    common = (torch.minimum(high, box_high) - torch.maximum(low, box_low)).clamp(min=0).prod(1)
    union = (high - low).prod(1) + (box_high - box_low).prod(1) - common
    span = (torch.maximum(high, box_high) - torch.minimum(low, box_low)).prod(1)
    edges = torch.cat([(low.clamp(-1, 1) - box_low).abs(), (high.clamp(-1, 1) - box_high).abs()], 1)
    return 1 - common / union + (span - union) / span + edges.mean(1) / 2


class Training:
    """The network of a card, learning. `steps` is the length of the schedule."""

    def __init__(self, card, tensors, settings, steps):
        self.card, self.settings, self.steps, self.done = card, settings, steps, 0
        self.layers, self.parameters = of_card(card), Parameters(tensors)
        self.behind_attention = [entry for entry in self.layers if entry[0] != "attention"]
        side = card["canvas"]["width"]
        with torch.no_grad():  # Asks for every parameter once.
            Pass(self.parameters).run(self.layers, torch.zeros(1, 3, side, side))
        self.optimiser = self.make_optimiser(settings["optimiser"])

    def make_optimiser(self, settings):
        groups, rates = {}, self.settings["rates"]
        for name, tensor in self.parameters.used.items():
            if name.endswith(("running_mean", "running_var")):
                continue
            layer = "attention" if name.startswith("attention.") else (
                "classifier" if name.startswith(("_fc.", "classifier.")) else "others")
            tensor.requires_grad_()
            rate = rates["layers"].get(layer, rates["others"])
            decay = settings["weightDecay"] if tensor.dim() > 1 else 0
            groups.setdefault((rate, decay), []).append(tensor)
        groups = [dict(params=tensors, share=rate, weight_decay=decay) for (rate, decay), tensors in groups.items()]
        if settings["kind"] == "sgd":
            return torch.optim.SGD(groups, lr=1, momentum=settings["momentum"])
        return torch.optim.AdamW(groups, lr=1, betas=(0.9, 0.999))

    def rate(self):
        schedule = self.settings["schedule"]
        rising = max(1, round(schedule["warmup"] * self.steps))
        if self.done < rising:
            return schedule["rate"] * (self.done + 1) / rising
        share = (self.done - rising) / max(1, self.steps - rising)
        return schedule["rate"] * (1 + math.cos(math.pi * share)) / 2

    def losses(self, input, labels, boxes):
        """Each loss's mean over the batch, by name."""
        wanted = self.settings["losses"]
        run = Pass(self.parameters, self.settings.get("normalisationMomentum"))
        logits = run.run(self.layers, input)
        losses = {"classification": F.cross_entropy(logits, labels, label_smoothing=wanted["smoothing"])}
        if any(wanted.get(name) for name in ("agreement", "inside", "outside")):
            with torch.no_grad():
                plain = Pass(self.parameters).run(self.layers, run.unattended, behind="attention").softmax(1)
            losses["agreement"] = F.cross_entropy(logits, plain)
        if wanted.get("inside") or wanted.get("outside"):
            layer = self.settings.get("maskedLayer", "block10")
            masked = run.maps[layer]
            mask = window(run.rectangles, *masked.shape[2:], self.settings.get("maskSharpness", 12))

            def rest(map):
                return Pass(self.parameters).run(self.behind_attention, map, behind=layer)
            losses["inside"] = F.cross_entropy(rest(masked * mask), plain)
            losses["outside"] = (rest(masked * (1 - mask)).softmax(1) * plain).sum(1).mean()
        if wanted.get("area"):
            losses["area"] = (run.rectangles[:, 2] * run.rectangles[:, 3]).mean()
        if wanted.get("teacher"):
            losses["teacher"] = hull_loss(run.rectangles, boxes).mean()
        return {name: loss for name, loss in losses.items() if wanted.get(name)}

    def step(self, input, labels, boxes=None):
        """Takes a step; what the curve of `viewfinder train` says of it."""
        losses = self.losses(input, labels, boxes)
        total = sum(self.settings["losses"][name] * loss for name, loss in losses.items())
        self.optimiser.zero_grad()
        total.backward()
        tensors = [tensor for group in self.optimiser.param_groups for tensor in group["params"]]
        clip = self.settings["optimiser"]["clip"]
        length = torch.nn.utils.clip_grad_norm_(tensors, clip or math.inf)
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate() * group["share"]
        self.optimiser.step()
        self.done += 1
        return {"loss": total.item(), "gradient": length.item(), **{name: loss.item() for name, loss in losses.items()}}

    @torch.no_grad()
    def logits(self, input):
        """What the network says when it is used."""
        return Pass(self.parameters).run(self.layers, input)
