"""The card in a model file, read without PyTorch."""
import json
import struct


def card_of(path):
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        return json.loads(json.loads(file.read(size))["__metadata__"]["viewfinder.card"])
