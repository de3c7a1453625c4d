"""What a run is fed with, as options say it: sources, saved sets, pictures made fit, many items at once.

Not here: the sources themselves (`runtime/inputs/sources.py`).
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from . import document as d

if TYPE_CHECKING:
    from ..project.input_sets import InputSet

MOST_ITEMS = 1_000_000
LABELS = "labels.txt"
"""The file of labels that is found beside a model."""


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """The options `--input`, `--inputs`, and those that are about pictures."""
    parser.add_argument(
        "--input", metavar="NAME=SOURCE", action="append", default=[],
        help="where an input comes from: a .npy, .npz, .dat, .wav or picture file, random:SEED, zeros or ones (default "
        "random:0); a pattern as 'photos/*.jpg' or a folder gives many items, each run by itself",
    )  # fmt: skip
    parser.add_argument(
        "--inputs",
        metavar="SET",
        help="inputs that were saved beside the model under this name (.nnef-lsp/inputs.json)",
    )
    pictures = parser.add_argument_group("pictures (docs/inputs.md)")
    for key, metavar, text in (
        ("resize", "SIZE", "256 (the shorter side), 320x240 (width and height), or input (what the input has)"),
        ("crop", "SIZE", "224 or 320x240, from the middle"),
        ("order", "rgb|bgr", "of the channels (default rgb)"),
        ("scale", "N", "divide values by this (default: so that they are from 0 to 1; 1 keeps 0 to 255)"),
        ("mean", "N,N,N", "subtract, for each channel or all"),
        ("std", "N,N,N", "divide by, for each channel or all"),
        ("layout", "LAYOUT", "nchw, nhwc, chw, hwc, nhw or hw (default: what fits the input)"),
    ):
        pictures.add_argument(f"--{key}", metavar=metavar, default="", help=text)


def given_inputs(args: argparse.Namespace) -> tuple[dict[str, str], str, dict[str, int]]:
    """Sources by input, the source of all others, and values of symbols: the options', else those of the saved set.

    Raises ValueError, a sentence.
    """
    inputs, default = sources(args.input)
    saved = saved_inputs(args.path, args.inputs)
    inputs = {**saved.inputs, **inputs}
    wish = preparation(args)
    if wish:
        inputs = {name: source + wish if _is_picture(source) else source for name, source in inputs.items()}
    return inputs, default, saved.symbols


def preparation(args: argparse.Namespace) -> str:
    """What the options ask to do to pictures, as it stands behind a file.  Raises ValueError."""
    from ..runtime.inputs.preparation import KEYS, preparation_of

    text = "&".join(f"{key}={value}" for key in KEYS if (value := getattr(args, key)))
    return preparation_of(text).text()


def _is_picture(source: str) -> bool:
    """Whether a source is a picture, many, or a folder, and says nothing of its own about them."""
    from ..runtime.inputs.preparation import PICTURES, split_preparation

    file, own = split_preparation(source)
    return not own and (os.path.isdir(file) or file.lower().endswith(PICTURES) or file.endswith("*"))


def sources(options: list[str]) -> tuple[dict[str, str], str]:
    """`NAME=SOURCE` options; one without a name serves all other inputs.  Raises ValueError."""
    inputs: dict[str, str] = {}
    default = "random:0"
    for option in options:
        name, equals, source = option.partition("=")
        if not equals:
            default = option
        elif name in inputs:
            raise ValueError(f"the input '{name}' is given twice")
        else:
            inputs[name] = source
    return inputs, default


def saved_inputs(path: str, name: str | None) -> InputSet:
    """The saved set of this name beside a model; an empty one if no name is given.  Raises ValueError."""
    from ..project.input_sets import FILE, InputSet, saved_sets

    if name is None:
        return InputSet("", {})
    folder = path if os.path.isdir(path) else os.path.dirname(path) or "."
    sets, problems = saved_sets(os.path.abspath(folder))
    found = next((each for each in sets if each.name == name), None)
    if found is None:
        known = ", ".join(f"'{each.name}'" for each in sets) or "none"
        raise ValueError(
            "; ".join(
                [f"there is no set of inputs '{name}' in {os.path.join(folder, FILE)}, which has {known}", *problems]
            )
        )
    return found


def as_given(document: d.Document, inputs: dict[str, str]) -> d.Document:
    """The document with the shapes of inputs that are read from files of another shape, if it stays right so."""
    from ..runtime.inputs.sources import stored_shape

    if not document.analysis.dialect.strict_types:
        return document  # so no file is looked at for nothing
    shapes = {name: stored_shape(name, source) for name, source in inputs.items()}
    return d.following(document, {name: shape for name, shape in shapes.items() if shape is not None})


def items_of(inputs: dict[str, str]) -> list[dict[str, str]] | None:
    """The items of a run of many: for each the sources of the inputs that differ; None if no source stands for several.

    Raises ValueError for patterns that match nothing, and for inputs with different numbers of files.
    """
    many = {name: files for name, source in inputs.items() if (files := _files(name, source)) is not None}
    if not many:
        return None
    counts = {name: len(files) for name, files in many.items()}
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{count} for '{name}'" for name, count in counts.items())
        raise ValueError(f"the inputs have different numbers of files: {told}")
    return [dict(zip(many, files)) for files in zip(*many.values())]


def _files(name: str, source: str) -> list[str] | None:
    """What a pattern or a folder stands for, in the order of names; None for any other source."""
    import glob

    from ..runtime.inputs.preparation import READABLE, split_preparation

    file, own = split_preparation(source)
    behind = f"?{own}" if own else ""
    if os.path.isdir(file):
        found = sorted(entry.path for entry in os.scandir(file) if entry.name.lower().endswith(READABLE))
        if not found:
            raise ValueError(f"the folder '{file}' for the input '{name}' has no file that an input can come from")
    elif os.path.exists(file) or not glob.has_magic(file) or file.partition(":")[0] in ("random", "zeros", "ones"):
        return None
    else:
        found = sorted(glob.glob(file, recursive=True))
        if not found:
            raise ValueError(f"no file is like '{file}' for the input '{name}'")
    if len(found) > MOST_ITEMS:
        raise ValueError(
            f"'{file}' stands for {len(found)} files, more than {MOST_ITEMS}; run a part of them at a time"
        )
    return [path + behind for path in found]


def labels_for(path: str, given: str | None) -> list[str]:
    """The lines of the file of labels that is given, or of `labels.txt` beside the model; none if there is none.

    Raises ValueError for a file that cannot be read.
    """
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    file = given if given is not None else os.path.join(folder, LABELS)
    if given is None and not os.path.isfile(file):
        return []
    from ..archive.limits import limits_from_environment

    try:
        limits_from_environment().check_text(file, os.path.getsize(file))
        with open(file, encoding="utf-8-sig", errors="replace") as lines:
            return [line.strip() for line in lines.read().rstrip("\n").split("\n")]
    except OSError as error:
        raise ValueError(f"'{file}' cannot be read: {error.strerror}") from None
