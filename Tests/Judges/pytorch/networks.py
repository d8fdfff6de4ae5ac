"""The networks and attentions of Sources/Networks, written anew: a list of named layers over PyTorch's functions.

A layer is a function of the arriving map (photographs x channels x height x width) and of the pass, which holds all earlier
maps. Parameters have the names of the model files.
"""
import torch
import torch.nn.functional as F


class Pass:
    """One batch on its way. `momentum` None uses the running statistics of batch normalisations."""

    def __init__(self, parameters, momentum=None):
        self.parameters, self.momentum = parameters, momentum
        self.maps, self.rectangles, self.unattended = {}, None, None

    def run(self, layers, map, behind="input"):
        self.maps[behind] = map
        names = [name for name, _ in layers]
        for name, layer in layers[names.index(behind) + 1 if behind in names else 0:]:
            map = self.maps[name] = layer(map, self)
        return map

    def normalise(self, map, prefix, epsilon):
        mean, variance, factor, shift = (
            self.parameters(f"{prefix}.{name}", map.shape[1]) for name in ("running_mean", "running_var", "weight", "bias"))
        if self.momentum is None:
            return F.batch_norm(map, mean, variance, factor, shift, False, 0, epsilon)
        # A batch's statistics are fifty times less exact with channels last.
        normal = F.batch_norm(map.contiguous(), mean, variance, factor, shift, True, self.momentum, epsilon)
        return normal.contiguous(memory_format=torch.channels_last)

    def convolve(self, map, weight, norm, outputs, kernel=1, stride=1, same=True, depthwise=False, epsilon=1e-5):
        """Convolution without bias and batch normalisation. `same` pads as TensorFlow does, else evenly."""
        inputs = map.shape[1]
        tensor = self.parameters(weight, outputs, 1 if depthwise else inputs, kernel, kernel)
        pads = []
        for length in (map.shape[3], map.shape[2]):
            lacking = max((-(-length // stride) - 1) * stride + kernel - length, 0)
            pads += [lacking // 2, lacking - lacking // 2] if same else [kernel // 2, kernel // 2]
        map = F.conv2d(F.pad(map, pads), tensor, stride=stride, groups=inputs if depthwise else 1)
        return self.normalise(map, norm, epsilon)


# MARK: Classifiers

def inverted_residual(outputs, expansion, kernel, stride, same, epsilon, expand, depthwise, project):
    """Sandler et al., "MobileNetV2" (2018). `expand`, `depthwise` and `project` name weight and normalisation."""
    def layer(map, run):
        wide = map
        if expansion > 1:
            wide = F.relu6(run.convolve(map, *expand, map.shape[1] * expansion, epsilon=epsilon))
        wide = F.relu6(run.convolve(
            wide, *depthwise, wide.shape[1], kernel, stride, same, depthwise=True, epsilon=epsilon))
        narrow = run.convolve(wide, *project, outputs, epsilon=epsilon)
        return narrow + map if stride == 1 and outputs == map.shape[1] else narrow
    return layer


def network(stages, classes, same, epsilon, stem, block, head, classifier):
    layers = [("stem", lambda map, run: F.relu6(run.convolve(map, *stem, 32, 3, 2, same, epsilon=epsilon)))]
    for expansion, outputs, count, stride, kernel in stages:
        for index in range(count):
            number = len(layers) - 1
            layers.append((f"block{number}", inverted_residual(
                outputs, expansion, kernel, stride if index == 0 else 1, same, epsilon, *block(number))))
    layers.append(("head", lambda map, run: F.relu6(run.convolve(map, *head, 1280, epsilon=epsilon))))
    layers.append(("pool", lambda map, run: map.mean((2, 3))))
    layers.append(("classifier", lambda map, run: F.linear(
        map, run.parameters(f"{classifier}.weight", classes, 1280), run.parameters(f"{classifier}.bias", classes))))
    return layers


def efficientnet_lite0(classes):
    """EfficientNet-B0 without squeeze-and-excitation, with ReLU6 and TensorFlow's padding."""
    stages = [  # expansion, outputs, blocks, stride, kernel
        (1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5), (6, 192, 4, 2, 5),
        (6, 320, 1, 1, 3)]

    def block(number):
        steps = (("_expand_conv", "_bn0"), ("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2"))
        return [(f"_blocks.{number}.{step}.weight", f"_blocks.{number}.{norm}") for step, norm in steps]
    return network(stages, classes, True, 1e-3, ("_conv_stem.weight", "_bn0"), block, ("_conv_head.weight", "_bn1"), "_fc")


def mobilenet_v2(classes):
    """Sandler et al. (2018), table 2, with torchvision's names and padding."""
    stages = [
        (1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 32, 3, 2, 3), (6, 64, 4, 2, 3), (6, 96, 3, 1, 3), (6, 160, 3, 2, 3),
        (6, 320, 1, 1, 3)]

    def block(number):
        prefix = f"features.{number + 1}.conv"
        first = 0 if number == 0 else 1  # The first block does not widen: its steps move up.
        return [
            (f"{prefix}.0.0.weight", f"{prefix}.0.1"), (f"{prefix}.{first}.0.weight", f"{prefix}.{first}.1"),
            (f"{prefix}.{first + 1}.weight", f"{prefix}.{first + 2}")]
    return network(
        stages, classes, False, 1e-5, ("features.0.0.weight", "features.0.1"), block,
        ("features.18.0.weight", "features.18.1"), "classifier.1")


ARCHITECTURES = {"efficientnet-lite0": efficientnet_lite0, "mobilenet-v2": mobilenet_v2}


def of_card(card):
    layers = ARCHITECTURES[card["architecture"]](len(card["labels"]))
    if attention := card.get("attention"):
        place = [name for name, _ in layers].index(attention["after"])
        layers.insert(place + 1, ("attention", ATTENTIONS[attention.get("kind", "rectangle")](attention)))
    return layers


# MARK: Attention

def grid(height, width):
    """The places of cell centres, -1 to 1."""
    v, u = torch.meshgrid(
        (2 * torch.arange(height) + 1) / height - 1, (2 * torch.arange(width) + 1) / width - 1, indexing="ij")
    return u, v


def moments(logits, gains, least, upright, uprightness):
    """Rectangle (photographs x 5) of a map of logits: mean and covariance of places under its softmax."""
    u, v = grid(*logits.shape[1:])
    shares = logits.flatten(1).softmax(1).view_as(logits)

    def mean(values):
        return (shares * values).sum((1, 2))
    mu1, mu2 = mean(u), mean(v)
    x, y = u - mu1[:, None, None], v - mu2[:, None, None]
    c11, c22, c12 = mean(x * x), mean(y * y), mean(x * y)
    if upright:
        first, second, alpha = c11.clamp(min=1e-4), c22.clamp(min=1e-4), torch.zeros_like(c11)
    else:
        if uprightness > 0:
            r = c12 * c12 / (c11 * c22)
            c12 = c12 * r ** 2 / (r ** 2 + uprightness ** 2)
        d = (((c11 - c22) / 2) ** 2 + c12 ** 2 + 1e-6).sqrt()
        first, second = (c11 + c22) / 2 + d, ((c11 + c22) / 2 - d).clamp(min=1e-4)
        alpha = torch.atan2(2 * c12, c11 - c22 + 1e-6) / 2
    sizes = [(gain.exp() * (3 * variance).sqrt()).clamp(min=least) for gain, variance in zip(gains, (first, second))]
    return torch.stack([mu1, mu2, *sizes, alpha], 1)


def ranges(raw, least):
    """Rectangle of four or five numbers of any size."""
    sizes = least + (1.1 - least) * torch.sigmoid(raw[:, 2:4] + torch.tensor(4.0).log())
    alpha = torch.pi / 4 * raw[:, 4:5].tanh() if raw.shape[1] > 4 else torch.zeros_like(raw[:, :1])
    return torch.cat([raw[:, :2].tanh(), sizes, alpha], 1)


def window(rectangles, height, width, sharpness):
    """The rectangle's soft map: photographs x 1 x height x width."""
    u, v = grid(height, width)
    mu1, mu2, sigma1, sigma2, alpha = (rectangles[:, i, None, None] for i in range(5))
    x, y = u - mu1, v - mu2

    def along(t, sigma):
        edges = F.logsigmoid(sharpness * (sigma + t)) + F.logsigmoid(sharpness * (sigma - t))
        return edges - 2 * F.logsigmoid(sharpness * sigma)
    t1, t2 = alpha.cos() * x + alpha.sin() * y, alpha.cos() * y - alpha.sin() * x
    return (along(t1, sigma1) + along(t2, sigma2)).exp()[:, None]


def weigh(map, factors, use):
    if use == "residual":
        return map * (1 + factors) / 2
    if use == "pooling":
        return (map * factors).sum((2, 3), keepdim=True) / factors.sum((2, 3), keepdim=True)
    return map * factors


def trunk(card, run):
    """From the maps that are looked at to features that know their surroundings, on the grid of the finer one."""
    width = card.get("width", 64)

    def step(name, map, kernel=1):
        return run.convolve(map, f"attention.{name}.weight", f"attention.{name}_bn", width, kernel, same=False)
    fine = step("detail", run.maps[card.get("detail") or card["after"]])
    if card.get("semantic"):
        coarse = step("semantic", run.maps[card["semantic"]])
        fine = fine + F.interpolate(coarse, fine.shape[2:], mode="bilinear", align_corners=False)
    return F.relu(step("context", F.relu(fine), 3))


def evidence(card, run):
    map = trunk(card, run)
    return F.conv2d(
        map, run.parameters("attention.evidence.weight", 1, map.shape[1], 1, 1), run.parameters("attention.evidence.bias", 1))


def rectangular(card):
    least, upright = card.get("leastSize", 0.12), card.get("upright", False)

    def layer(map, run):
        if card.get("head") == "flatten":
            flat = trunk(card, run).permute(0, 2, 3, 1).flatten(1)
            numbers = 4 if upright else 5
            run.rectangles = ranges(F.linear(
                flat, run.parameters("attention.rectangle.weight", numbers, flat.shape[1]),
                run.parameters("attention.rectangle.bias", numbers)), least)
        else:
            run.rectangles = moments(
                evidence(card, run)[:, 0], run.parameters("attention.log_gain", 2), least, upright,
                card.get("uprightness", 0))
        run.unattended = map
        return weigh(map, window(run.rectangles, *map.shape[2:], card.get("sharpness", 10)), card.get("use"))
    return layer


def positionwise(card):
    def layer(map, run):
        factors = torch.sigmoid(evidence(card, run))
        if factors.shape[2:] != map.shape[2:]:
            factors = F.interpolate(factors, map.shape[2:], mode="bilinear", align_corners=False)
        return weigh(map, factors, card.get("use"))
    return layer


def spatial_gate(card):
    """Woo et al., "CBAM" (2018), section 3."""
    def layer(map, run):
        summary = torch.cat([map.max(1, keepdim=True).values, map.mean(1, keepdim=True)], 1)
        gate = run.convolve(summary, "attention.gate.weight", "attention.gate_bn", 1, 7, same=False)
        return map * torch.sigmoid(gate)
    return layer


ATTENTIONS = {"rectangle": rectangular, "positionwise": positionwise, "spatial-gate": spatial_gate}
