"""Names of ONNX, which may be any text, as identifiers and labels of NNEF that people can read.

`/layer1/layer1.0/conv1/Conv_output_0`, as PyTorch writes it, becomes `layer1_0_conv1`: the modules around a tensor, the
longest of those that repeat one another, and the operator only where a module gives several tensors.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from ....syntax.tokens import KEYWORDS

ANONYMOUS = re.compile(r"(?:onnx::\w+|val_\d+|_?\d+|_v_\d+|const_\w+|[\w.]*Constant_output_0)$|^\d")
"""Names that exporters number: they say nothing."""
OUTPUT = re.compile(r"^(.*?)(?:_output)?_?(\d+)?$")


def parts_of(name: str) -> list[str]:
    """The modules of a name and what it has there: `layer1.0`, `conv1`, `Conv`."""
    parts: list[str] = []
    for part in name.strip("/").split("/"):
        if not part:
            continue
        if parts and part.startswith(parts[-1] + "."):
            parts[-1] = part
        else:
            parts.append(part)
    return parts


class Names:
    """Identifiers that are given out, each once."""

    def __init__(self, every: Iterable[str] = ()) -> None:
        self.taken: set[str] = set(KEYWORDS)
        self.labels: set[str] = set()
        self._modules = Counter(_module(name) for name in every if "/" in name)

    def identifier(self, name: str, other: str = "tensor") -> str:
        """The identifier for a name; `other` is what it is called if it says nothing."""
        return self.unique(self._readable(name, other))

    def unique(self, text: str) -> str:
        """The text, or with a number behind it, if it is taken."""
        found, count = text, 1
        while found in self.taken:
            count += 1
            found = f"{text}_{count}"
        self.taken.add(found)
        return found

    def _readable(self, name: str, other: str) -> str:
        if name.startswith("/"):
            *modules, last = parts_of(name) or [other]
            last = re.sub(r"_output_0$", "", last)
            alone = self._modules[_module(name)] == 1 and len(modules) > 0
            text = "_".join(modules if alone else [*modules, last.lower()])
        elif ANONYMOUS.match(name) and not re.match(r"val_\d+$", name):
            number = re.search(r"(\d+)$", name)
            text = f"{other}_{number[1]}" if number else other
        else:
            text = name
        return identifier(text, other)

    def label(self, name: str, other: str) -> str:
        """The label for a name, the file of which is another one than that of all before."""
        text = re.sub(r"[^A-Za-z0-9_\-./]", "_", name).strip("/")
        parts = [part for part in text.split("/") if part not in ("", ".", "..")]
        text = "/".join(part[:200] for part in parts) or other
        found, count = text, 1
        while found.lower() in self.labels or any(self._within(found.lower(), other) for other in self.labels):
            count += 1
            found = f"{text}_{count}"
        self.labels.add(found.lower())
        return found

    @staticmethod
    def _within(a: str, b: str) -> bool:
        """Whether one would be the folder of the other, data files being called LABEL.dat."""
        return a.startswith(f"{b}.dat/") or b.startswith(f"{a}.dat/")


def identifier(text: str, other: str = "tensor") -> str:
    """A text in letters, digits and '_'."""
    text = re.sub(r"[^A-Za-z0-9_]+", "_", text)
    text = text.strip("_") if text.strip("_") else other
    return text if re.match(r"[A-Za-z_]", text) else f"{other}_{text}"


def _module(name: str) -> str:
    """What a tensor belongs to."""
    return name.rpartition("/")[0]
