"""Weights into a model, and out of it.

Here: `plan_import` (what would change), `apply_import` (all files or none), `export_weights`. Not here: reading foreign
formats (foreign.py). Raises ArchiveError; a failed import leaves every file as it was.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nnef_lsp.archive.atomic import replace_all
from nnef_lsp.archive.containers.folder import FolderStore
from nnef_lsp.archive.containers.model import Model
from nnef_lsp.archive.errors import ArchiveError, last_sentence, quoted
from nnef_lsp.archive.names import label_file
from nnef_lsp.archive.tensors.dat import TensorFile, write_tensor
from nnef_lsp.archive.tensors.items import kind_named
from nnef_lsp.archive.tensors.safetensors import write_safetensors
from nnef_lsp.archive.tensors.tensor import Tensor

if TYPE_CHECKING:
    from nnef_lsp.archive.arrays import Array

Wanted = Mapping[str, tuple[tuple[int, ...], str]]
"""(shape, type in the graph) by label of the variables that the graph declares, whether a file holds them or not."""


@dataclass(frozen=True)
class Replacement:
    """One tensor of an import. `problem` says why it cannot be taken; `differing` counts items that would change."""

    label: str
    name: str
    shape: tuple[int, ...]
    item_type: str
    problem: str = ""
    new: bool = False
    differing: int = 0
    max_difference: float = 0.0

    def text(self) -> str:
        head = f"{self.label} <- {self.name}: {self.item_type} {list(self.shape)}"
        if self.problem:
            return f"{head}: {self.problem}"
        if self.new:
            return f"{head}: new file"
        if not self.differing:
            return f"{head}: unchanged"
        change = "1 item changes" if self.differing == 1 else f"{self.differing} items change"
        if not math.isfinite(self.max_difference):
            return f"{head}: {change}, some to or from infinity or NaN"
        return f"{head}: {change}, at most by {self.max_difference:.4g}"


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do. `missing` labels have no tensor in the file, `unused` names no label in the model."""

    replacements: tuple[Replacement, ...]
    missing: tuple[str, ...]
    unused: tuple[str, ...]

    @property
    def problems(self) -> list[Replacement]:
        return [item for item in self.replacements if item.problem]


def plan_import(
    model: Model,
    tensors: Mapping[str, Tensor],
    names: Mapping[str, str] | None = None,
    wanted: Wanted | None = None,
    *,
    cast: bool = False,
) -> ImportPlan:
    """Match tensors with the model's labels and check shapes and types. Nothing is written.

    `names` maps labels to names of `tensors`; other labels match an equal name, or the only one that is equal when
    '/', '.', '-' and '_' are the same. `cast` allows types that lose precision (float32 into a float16 file).
    """
    labels = sorted({*model.labels(), *(wanted or {})})
    pairs = _matched(labels, list(tensors), names or {})
    unknown = sorted(set(names or {}) - set(labels))
    if unknown:
        raise ArchiveError(f"The map names the label '{quoted(unknown[0])}', which the model does not have.")
    found = [_checked(model, label, name, tensors[name], wanted or {}, cast) for label, name in pairs.items()]
    missing = [label for label in labels if label not in pairs]
    unused = sorted(set(tensors) - set(pairs.values()))
    return ImportPlan(tuple(found), tuple(missing), tuple(unused))


def _matched(labels: list[str], names: list[str], chosen: Mapping[str, str]) -> dict[str, str]:
    for label, name in chosen.items():
        if name not in names:
            raise ArchiveError(f"The map gives '{quoted(name)}' to '{quoted(label)}', but the file has no such tensor.")
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(_plain(name), []).append(name)
    labels_alike = [_plain(label) for label in labels]
    pairs = {}
    for label, plain in zip(labels, labels_alike, strict=True):
        if label in chosen:
            pairs[label] = chosen[label]
        elif label in names:
            pairs[label] = label
        elif len(alike.get(plain, [])) == 1 and labels_alike.count(plain) == 1:
            pairs[label] = alike[plain][0]
    return pairs


def _plain(name: str) -> str:
    return re.sub(r"[/.\-_\s]+", "_", name).strip("_")


def _checked(model: Model, label: str, name: str, tensor: Tensor, wanted: Wanted, cast: bool) -> Replacement:
    old = model.tensor(label) if model.has(label) else None
    shape = old.shape if old else wanted[label][0]
    item_type = old.item_type if old else _own_type(tensor)
    result = Replacement(label, name, shape, item_type, new=old is None)
    problem = _shape_problem(shape, tensor.shape) or _type_problem(item_type, tensor, cast)
    if old is None and not problem and tensor.nnef_type != wanted[label][1]:
        problem = f"{tensor.item_type} items cannot be a variable of type {wanted[label][1]}"
    if problem:
        return replace(result, problem=problem)
    try:
        array = fitted(tensor, shape, item_type)
    except ArchiveError as error:
        return replace(result, problem=str(error))
    if old is None:
        return result
    differing, largest = _difference(old.array(), array)
    return replace(result, differing=differing, max_difference=largest)


def _own_type(tensor: Tensor) -> str:
    """What a new file holds: the tensor's own type where a `.dat` file knows it, else what it decodes to."""
    return tensor.item_type if kind_named(tensor.item_type) else "float32"


def _shape_problem(shape: tuple[int, ...], given: tuple[int, ...]) -> str:
    """Equal up to leading ones: a bias of NNEF is [1, C], everybody else's [C]."""
    if _without_ones(shape) == _without_ones(given):
        return ""
    return f"the shape {list(given)} does not fit {list(shape)}"


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    start = next((i for i, extent in enumerate(shape) if extent != 1), len(shape))
    return shape[start:]


def _type_problem(item_type: str, tensor: Tensor, cast: bool) -> str:
    kinds = (_family(item_type), _family(tensor.item_type))
    if kinds[0] != kinds[1]:
        return f"{tensor.item_type} items cannot become {item_type}"
    if kinds[0] == "float" and _float_bits(tensor.item_type) > _float_bits(item_type) and not cast:
        return f"{tensor.item_type} items lose precision as {item_type}; allow it with --cast"
    return ""


def _family(item_type: str) -> str:
    plain = item_type.lower()
    if plain.startswith(("uint", "int", "quint", "qint")):
        return "integer"
    return plain if plain in ("bool", "string") or plain.startswith("complex") else "float"


def _float_bits(item_type: str) -> int:
    found = re.fullmatch(r"float(\d+)", item_type)
    if found:
        return int(found[1])
    return 4 if item_type.startswith("q4") else 8 if item_type.startswith("q8") else 32


def fitted(tensor: Tensor, shape: tuple[int, ...], item_type: str) -> Array:
    """The items of `tensor` as they would be read back from a file of `item_type`. Raises ArchiveError."""
    from nnef_lsp.archive.tensors.dat import decode_tensor, encode_tensor

    array = tensor.array().reshape(shape)
    return decode_tensor(encode_tensor(array, item_type), tensor.where).array()


def _difference(old: Array, new: Array) -> tuple[int, float]:
    import numpy as np

    if old.dtype.kind in "US" or old.dtype.names:
        return int(np.count_nonzero(old != new)), 0.0
    with np.errstate(all="ignore"):
        same = (old == new) | ((old != old) & (new != new))  # NaN equals NaN here
        wide = "c16" if old.dtype.kind == "c" else "f8"
        off = np.abs(new.astype(wide) - old.astype(wide))[~same]
    return int(off.size), float(np.nan_to_num(off, nan=np.inf).max()) if off.size else 0.0


def apply_import(model: Model, tensors: Mapping[str, Tensor], plan: ImportPlan) -> int:
    """Write what `plan` says; the number of files written. Any problem in the plan stops it before the first file."""
    if plan.problems:
        bad = plan.problems[0]
        raise ArchiveError(
            f"'{quoted(bad.label)}' cannot take '{quoted(bad.name)}': {bad.problem}; nothing was changed."
        )
    if not isinstance(model.store, FolderStore):
        raise ArchiveError(f"{quoted(model.path)} is an archive; unpack it, import into the folder, and pack it again.")
    wanted = [item for item in plan.replacements if item.new or item.differing]
    root = model.store.root
    try:
        staging = tempfile.mkdtemp(prefix=".nnef-import-", dir=root)
    except OSError as error:
        raise ArchiveError(f"{quoted(root)} cannot be written: {last_sentence(error)}.") from error
    try:
        files = []
        for index, item in enumerate(wanted):
            path = os.path.join(staging, f"{index}.dat")
            like = model.header(item.label) if not item.new else None
            array = tensors[item.name].array().reshape(item.shape)
            write_tensor(path, array, None if like else item.item_type, like=like)
            files.append((path, model.store.place_for(label_file(item.label))))
        replace_all(files, staging)
    except OSError as error:
        raise ArchiveError(f"The import failed and was undone: {last_sentence(error)}.") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return len(files)


def export_weights(model: Model, path: str | os.PathLike[str]) -> tuple[list[str], list[str]]:
    """Write all tensors as safetensors; (labels written, labels that the format cannot hold)."""
    tensors: list[tuple[str, TensorFile]] = [(label, model.tensor(label)) for label in model.labels()]
    skipped = write_safetensors(path, tensors)
    return [label for label, _ in tensors if label not in skipped], skipped
