#!/usr/bin/env python3
"""Makes `checkpoints/`: tiny files as PyTorch writes them, what is in them, and files that mean harm.

    python3 make_checkpoints.py [mobilenet_v2-b0353104.pth]

Needs PyTorch. With torchvision's published checkpoint, the logits it gives are computed too (otherwise they are left
as they are). Nothing of that checkpoint is stored but these logits. PyTorch names storages by their address in
`legacy.pth`, which is therefore another one each time.
"""

import io
import pathlib
import subprocess
import struct
import sys
import tempfile
import zipfile

import torch
from torch import nn

from tensor_file import read, write

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE / "checkpoints"
TYPES = {
    torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
    torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL",
}  # fmt: skip

# What follows stands for opcodes of pickle.
PROTO, STOP, MARK = b"\x80\x02", b".", b"("
EMPTY_TUPLE, TUPLE, TUPLE1, EMPTY_DICT, SETITEMS, REDUCE, PERSID, NONE = b")", b"t", b"\x85", b"}", b"u", b"R", b"Q", b"N"
FALSE, TRUE = b"\x89", b"\x88"


def text(value):
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def number(value):
    return b"J" + struct.pack("<i", value)


def name(module, name):
    return f"c{module}\n{name}\n".encode()


def storage(key="0", count=4, kind="FloatStorage"):
    return MARK + text("storage") + name("torch", kind) + text(key) + text("cpu") + number(count) + TUPLE + PERSID


def tensor(storage, offset=0, shape=(4,), strides=(1,)):
    extents = [MARK + b"".join(map(number, values)) + TUPLE for values in (shape, strides)]
    hooks = name("collections", "OrderedDict") + EMPTY_TUPLE + REDUCE
    arguments = MARK + storage + number(offset) + extents[0] + extents[1] + FALSE + hooks + TUPLE
    return name("torch._utils", "_rebuild_tensor_v2") + arguments + REDUCE


def table(*items):
    return PROTO + EMPTY_DICT + MARK + b"".join(text(key) + value for key, value in items) + SETITEMS + STOP


def legacy(pickle, keys=("0",), storages=(struct.pack("<q4f", 4, 1, 2, 3, 4),)):
    start = bytes.fromhex("80028a0a6cfc9c46f9206aa850192e80024de9032e")
    facts = table(("little_endian", TRUE))
    order = PROTO + b"]" + MARK + b"".join(map(text, keys)) + b"e" + STOP
    return start + facts + pickle + order + b"".join(storages)


def zipped(files, method=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for path, data in files:
            archive.writestr(zipfile.ZipInfo(path), data, method)
    return buffer.getvalue()


def changed(data, place, replacement):
    return data[:place] + replacement + data[place + len(replacement) :]


def hostile():
    one = tensor(storage())
    sound = [("a/data.pkl", table(("w", one))), ("a/data/0", struct.pack("<4f", 1, 2, 3, 4))]
    archive = zipped(sound)
    directory = archive.index(b"PK\x01\x02")
    second = archive.index(b"PK\x01\x02", directory + 1)
    files = {
        "call-system": legacy(PROTO + name("os", "system") + MARK + text("echo harm") + TUPLE + REDUCE + STOP),
        "call-eval": zipped([("a/data.pkl", PROTO + name("builtins", "eval") + text("1") + TUPLE1 + REDUCE + STOP)]),
        "unknown-global": legacy(table(("w", name("torch._utils", "_rebuild_parameter")))),
        "call-with-arguments": legacy(PROTO + name("collections", "OrderedDict") + EMPTY_DICT + TUPLE1 + REDUCE + STOP),
        "call-of-a-class": legacy(PROTO + name("torch", "FloatStorage") + EMPTY_TUPLE + REDUCE + STOP),
        "call-of-no-function": legacy(PROTO + NONE + EMPTY_TUPLE + REDUCE + STOP),
        "unknown-opcode": legacy(PROTO + name("collections", "OrderedDict") + EMPTY_TUPLE + b"\x81" + STOP),
        "protocol-4": legacy(b"\x80\x04" + NONE + STOP),
        "truncated-pickle": legacy(table(("w", one)))[:150],
        "truncated-storage": legacy(table(("w", one)))[:-1],
        "more-than-its-storages": legacy(table(("w", one))) + b"\0",
        "storage-too-short": legacy(table(("w", tensor(storage(), offset=1)))),
        "stride-too-long": legacy(table(("w", tensor(storage(), shape=(2, 2), strides=(3, 1))))),
        "stride-negative": legacy(table(("w", tensor(storage(), shape=(2,), strides=(-1,))))),
        "shape-without-end": legacy(table(("w", tensor(storage(), shape=(0x7FFFFFFF,) * 2, strides=(0, 0))))),
        "shape-overflows": legacy(table(("w", tensor(storage(), shape=(0x7FFFFFFF,) * 9, strides=(0,) * 9)))),
        "views-without-end": legacy(table(*[(f"w{i}", one) for i in range(99)], ("x", tensor(storage(), shape=(9999,), strides=(0,))))),
        "storage-of-another-size": legacy(table(("w", one)), storages=(struct.pack("<q3f", 3, 1, 2, 3),)),
        "storage-negative": legacy(table(("w", tensor(storage(count=-1))))),
        "storage-in-two-ways": legacy(table(("v", one), ("w", tensor(storage(count=3))))),
        "storage-twice": legacy(table(("w", one)), keys=("0", "0"), storages=(struct.pack("<q4f", 4, 1, 2, 3, 4),) * 2),
        "storage-unlisted": legacy(table(("w", one)), keys=(), storages=()),
        "memo-out-of-range": legacy(PROTO + b"j\xff\xff\xff\xff" + STOP),
        "memo-of-nothing": legacy(PROTO + b"q\0" + STOP),
        "mark-missing": legacy(PROTO + NONE + TUPLE + STOP),
        "stack-empty": legacy(PROTO + TUPLE1 + STOP),
        "two-values": legacy(PROTO + NONE + NONE + STOP),
        "text-too-long": legacy(PROTO + b"X\xff\xff\xff\x7f" + STOP),
        "text-not-utf8": legacy(PROTO + b"X\2\0\0\0\xff\xfe" + STOP),
        "nested-deep": legacy(PROTO + EMPTY_TUPLE + TUPLE1 * 10_000 + STOP),
        "table-in-itself": legacy(PROTO + EMPTY_DICT + b"q\0" + MARK + text("w") + b"h\0" + SETITEMS + STOP, keys=(), storages=()),
        "key-twice": legacy(table(("w", one), ("w", one))),
        "not-a-table": legacy(PROTO + NONE + STOP, keys=(), storages=()),
        "not-a-tensor": legacy(table(("epoch", number(3))), keys=(), storages=()),
        "zip-without-pickle": zipped([("a/data.txt", b"")]),
        "zip-two-pickles": zipped(sound + [("b/data.pkl", b"")]),
        "zip-without-storage": zipped(sound[:1]),
        "zip-big-endian": zipped(sound + [("a/byteorder", b"big")]),
        "zip-compressed": zipped(sound + [("a/data/1", bytes(1 << 20))], zipfile.ZIP_DEFLATED),
        "zip-of-absurd-size": changed(archive, second + 20, b"\xf0\xff\xff\xff" * 2),
        "zip-outside": changed(archive, second + 42, b"\xf0\xff\xff\xff"),
        "zip-overlapping": changed(archive, directory + 20, struct.pack("<II", *[len(sound[0][1]) + 20] * 2)),
        "zip-elsewhere": changed(archive, second + 42, b"\1\0\0\0"),
        "zip-damaged": changed(archive, archive.index(sound[1][1]), b"\x77"),
        "zip-truncated": archive[:-1],
        "zip-many-entries": changed(archive, len(archive) - 14, b"\xfe\xff\xfe\xff"),
        "zip-empty": b"PK\3\4",
    }  # fmt: skip
    twice = zipped(sound + [("a/data/1", sound[1][1])])
    files["zip-same-names"] = twice.replace(b"a/data/1", b"a/data/0")
    for key, data in files.items():
        (FOLDER / "hostile" / f"{key}.pth").write_bytes(data)


def sound():
    torch.manual_seed(1)
    base = torch.randn(6, 8)
    tensors = {
        "matrix": base[:3, :4].clone(),
        "view": base[2:4],
        "transposed": base.t(),
        "every-second": base[:, ::2],
        "one-row-of-many": base[3:4, 1:5],
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
        "conv.num_batches_tracked": torch.tensor(1234567890123),
    }
    for kind in TYPES:
        tensors[f"of-{TYPES[kind]}"] = torch.tensor([0, 1, 1, 0, 1]).to(kind)
    torch.save(tensors, FOLDER / "zip.pth")
    torch.save(tensors, FOLDER / "legacy.pth", _use_new_zipfile_serialization=False)
    expected = {}
    for key, value in tensors.items():
        whole = value.contiguous()
        data = whole.view(-1).view(torch.uint8) if whole.numel() and whole.dtype != torch.bool else whole.to(torch.uint8)
        expected[key] = (TYPES[value.dtype], list(value.shape), data.numpy().tobytes())
    write(FOLDER / "expected.safetensors", {}, expected)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        wide = inputs * expansion
        layers = [convolution(inputs, wide, 1)] if expansion > 1 else []
        layers += [convolution(wide, wide, 3, stride, wide), nn.Conv2d(wide, outputs, 1, bias=False), nn.BatchNorm2d(outputs)]
        self.conv = nn.Sequential(*layers)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.conv(x) if self.adds else self.conv(x)


def convolution(inputs, outputs, kernel, stride=1, groups=1):
    layer = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs), nn.ReLU6())


class MobileNetV2(nn.Module):
    def __init__(self, classes):
        super().__init__()
        layers, inputs = [convolution(3, 32, 3, 2)], 32
        for t, c, n, s in (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1):
            for index in range(n):
                layers.append(Block(inputs, c, s if index == 0 else 1, t))
                inputs = c
        self.features = nn.Sequential(*layers, convolution(320, 1280, 1))
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, classes))

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


def logits(path, count):
    """The logits of the first photographs, normalised as torchvision says."""
    weights = torch.load(path, weights_only=True)
    network = MobileNetV2(len(weights["classifier.1.bias"])).eval()
    network.load_state_dict(weights)
    _, arrays = read(HERE / "photographs.safetensors")
    _, shape, data = arrays["canvas_u8"]
    pictures = torch.frombuffer(bytearray(data), dtype=torch.uint8).view(shape)[:count].permute(0, 3, 1, 2).float()
    mean, scale = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]]).view(2, 1, 3, 1, 1)
    with torch.no_grad():
        result = network((pictures / 255 - mean) / scale)
    return "F32", list(result.shape), result.numpy().tobytes()


def main():
    (FOLDER / "hostile").mkdir(parents=True, exist_ok=True)
    hostile()
    sound()
    path = FOLDER / "mobilenet-v2.safetensors"
    arrays = read(path)[1] if path.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        made = f"{folder}/made.pth"
        subprocess.run([sys.executable, HERE / "write_checkpoint.py", "mobilenet-v2", "10", "zip", made], check=True)
        arrays["made-up"] = logits(made, 4)
    if len(sys.argv) > 1:
        arrays["published"] = logits(sys.argv[1], 4)
    write(path, {}, arrays)


if __name__ == "__main__":
    main()
