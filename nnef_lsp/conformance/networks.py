"""Whole networks with a task: not each number counts, but how often the network is right."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

import numpy as np

from .adapters import Adapter

TOLERANCE = 0.005
"""Accuracy may differ from the stated one by this much: rounding decides the odd picture."""


@dataclass(frozen=True)
class Network:
    """A model folder with `held_back.npz` and the accuracy stated in `expected.json`."""

    name: str
    folder: str
    input: str
    output: str
    operation: str = "whole network"
    section: str = "whole networks"
    sentence: str = "the accuracy on held-back images is the one stated"

    def judge(self, adapter: Adapter) -> str:
        """What is wrong, empty if nothing is."""
        loaded = adapter.load(self.folder)
        with np.load(os.path.join(self.folder, "held_back.npz")) as data:
            images, labels = data["images"].astype(np.float32) / 16, data["labels"]
        with open(os.path.join(self.folder, "expected.json"), encoding="utf-8") as file:
            stated = json.load(file)["accuracy"]
        found = [int(np.asarray(loaded.run({self.input: image[None, None]})[self.output]).argmax()) for image in images]
        accuracy = float(np.mean(np.array(found) == labels))
        if abs(accuracy - stated) <= TOLERANCE:
            return ""
        return f"the accuracy on {len(images)} images is {accuracy:.4f}, expected {stated:.4f}"


def networks() -> list[Network]:
    """The networks that are there: `examples/` is part of the sources, not of every installation."""
    package = os.path.dirname(os.path.abspath(__file__))
    places = [os.path.join(package, "networks", "digits"), os.path.join(package, "..", "..", "examples", "digits")]
    found = [os.path.normpath(place) for place in places if os.path.exists(os.path.join(place, "held_back.npz"))]
    return [Network("network/digits", found[0], "image", "probabilities")] if found else []
