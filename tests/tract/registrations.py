"""What tract itself registers, read from the Rust sources of its sdist: operations, parameters, defaults, types.

    pip download --no-binary :all: --no-deps tract==0.23.9
    python -m tests.tract.registrations tract-0.23.9.tar.gz

prints where our declarations differ.  `test_registrations.py` does the same for the sdist that NNEF_LSP_TRACT_SDIST names.
"""

from __future__ import annotations

import re
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from nnef_lsp.model.operations.declarations import MISSING, Operation, Parameter, declared_operations

FOLDERS = {
    "nnef/src/ops/core": "tract_core",
    "nnef/src/ops/resource.rs": "tract_resource",
    "onnx-opl/src": "tract_onnx",
    "pulse-opl/src": "tract_pulse",
    "transformers/src": "tract_transformers",
    "extra/src": "tract_extra",
}
"""Where the operations of a registry are registered."""

EXPLAINED = {
    "tract_core_qconv": "reads 'groups' though it declares 'group'; its quantization parameters are asked for by a helper",
    "tract_core_qmatmul": "its quantization parameters are asked for by a helper, and may be left out",
    "tract_core_gather": "reads 'datum_type', which it does not declare",
    "tract_core_gather_elements": "declared by a macro",
    "tract_core_gather_nd": "declared by a macro",
    "tract_core_gru_seq": "the default 0 of 'w' and 'b' stands for none",
    "tract_core_cast": "'to' may be left out where graph.quant has an entry",
    "tract_core_einsum": "one declaration for two loaders: 'output' is read by that of quantized operands only",
    "tract_core_softmax": "declares tensors of axes, reads numbers",
    "tract_core_log_softmax": "declares tensors of axes, reads numbers",
    "tract_core_range": "declares integers, reads tensors",
    "tract_extra_exp_unit_norm": "one loader for two operations",
    "tract_extra_exp_mean_norm": "one loader for two operations",
    "tract_onnx_lrn": "registered in another file than its loader",
    "tract_onnx_multinomial": "'seed' may be left out: its error is dropped",
    "tract_onnx_non_max_suppression": "'score_threshold' may be left out: its error is dropped",
    "tract_onnx_non_zero": "the type 'any' is our '?'",
}
"""Where a declaration differs on purpose."""

NUMBER = r"-?\d[\d_]*\.?\d*(?:e-?\d+)?"
_CALL = re.compile(
    r"\.?register_(primitive|element_wise|unit_element_wise|binary)(?:::<[^>]*>)?\(\s*([^,]+?)\s*(?=[,)])"
)
_READ = re.compile(r"\.(get_)?(?:optional_)?named_arg_as(?:::<[^(]*>)?\(\s*builder\s*,\s*\"(\w+)\"")


@dataclass(frozen=True)
class Registered:
    """An operation as tract registers it; `read` are the names that its loader asks for, `open` those it can do without."""

    registry: str
    name: str
    kind: str
    parameters: tuple[tuple[str, str, str | None], ...]
    """Name, type and default of each."""
    read: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()


def registered(sdist: str) -> dict[str, Registered]:
    """All operations that the crates of an sdist register beyond the standard's, by name."""
    found: dict[str, Registered] = {}
    with tarfile.open(sdist) as archive:
        for member in archive:
            path = "/".join(PurePath(member.name).parts[2:])
            registry = next((name for folder, name in FOLDERS.items() if path.startswith(folder)), None)
            content = archive.extractfile(member) if registry and path.endswith(".rs") else None
            if registry and content is not None:
                text = re.sub(r"//[^\n]*", "", content.read().decode())
                found.update({item.name: item for item in _of_file(registry, text)})
    return found


def _of_file(registry: str, text: str) -> Iterator[Registered]:
    for match in _CALL.finditer(text):
        if text[: match.start()].rstrip().endswith("fn"):
            continue
        arguments = _split(_inside(text, text.index("(", match.start())))
        for name in _names(text, match.start(), arguments[0]):
            yield _registered(registry, text, match[1], name, arguments)


def _registered(registry: str, text: str, kind: str, name: str, arguments: list[str]) -> Registered:
    if kind == "unit_element_wise":
        return Registered(registry, name, kind, (("x", "tensor<scalar>", None),))
    if kind == "binary":
        return Registered(registry, name, kind, (("x", "tensor<scalar>", None), ("y", "tensor<scalar>", None)))
    written = arguments[1] if kind == "primitive" else arguments[3]
    loader = re.sub(r"\W.*", "", arguments[3] if kind == "primitive" else arguments[4])
    asked = _READ.findall(_function(text, loader))
    return Registered(
        registry, name, kind, tuple(_parameter(item) for item in _items(text, written)),
        frozenset(read for _, read in asked), frozenset(read for optional, read in asked if optional),
    )  # fmt: skip


def _names(text: str, at: int, written: str) -> list[str]:
    """The names that the first argument stands for: a string, or the variable of a loop over strings."""
    literal = re.fullmatch(r'"(\w+)"', written)
    if literal:
        return [literal[1]]
    loops = list(re.finditer(r"for \(?\s*(\w+)[^\[{]*?in\s+&?\[([^\]]*)\]", text[:at]))
    if loops:
        return re.findall(r'"(tract_\w+)"', loops[-1][2])
    macro = re.match(r'concat!\("(\w+)"', written)
    if macro:
        return [macro[1] + name for name in re.findall(r"^\s*\w+!\(\s*[\w:]+,\s*(\w+)", text, re.MULTILINE)]
    return [f"?{written}"]


def _items(text: str, written: str) -> list[str]:
    """The items of a list of parameters, which may be what a function returns."""
    call = re.fullmatch(r"&?(\w+)\(\)", written.strip())
    body = _function(text, call[1]) if call else written
    start = body.find("[")
    return [] if start < 0 else [item for item in _split(_inside(body, start)) if item.strip()]


def _parameter(written: str) -> tuple[str, str, str | None]:
    """`TypeName::Integer.array().named("axes").default(1)` as name, type and default."""
    name = re.search(r'named\("(\w+)"\)', written)
    base = re.search(r"TypeName::(\w+)", written)
    default = re.search(r"default\(\s*([^)]*)\)", written)
    kind = base[1].lower() if base else "?"
    for wrapped in re.findall(r"\.(tensor|array)\(\)", written):
        kind = f"tensor<{kind}>" if wrapped == "tensor" else f"{kind}[]"
    if base is not None and "Tuple" in written:
        kind = "(...)" + ("[]" if ".array()" in written else "")
    return name[1] if name else "?", kind, _literal(default[1]) if default else None


def _literal(written: str) -> str:
    text = re.sub(r"(?:_?(?:f|i|u)(?:32|64|size))$", "", written.strip()).strip("\"'")
    return str(float(text)) if re.fullmatch(NUMBER, text) else text


def _function(text: str, name: str) -> str:
    match = re.search(rf"fn {name}\b", text) if name else None
    return _inside(text, text.index("{", match.end())) if match else ""


def _inside(text: str, at: int) -> str:
    """What stands between the bracket at a place and its partner."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth == 0:
            return text[at + 1 : place]
    return text[at + 1 :]


def _split(text: str) -> list[str]:
    """At the commas that stand in no brackets."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()]


def differences(sdist: str) -> list[str]:
    """Where our declarations differ from what tract registers, one sentence each."""
    theirs, found = registered(sdist), []
    ours = {name: item for registry in FOLDERS.values() for name, item in declared_operations(registry).items()}
    found += [f"{name}: tract does not register it" for name in ours.keys() - theirs.keys()]
    for name, item in theirs.items():
        if name not in ours:
            found.append(f"{name}: not declared ({item.registry})")
        else:
            found += [f"{name}: {what}" for what in _compared(item, ours[name]) if name not in EXPLAINED]
    return sorted(found)


def _compared(theirs: Registered, ours: Operation) -> Iterator[str]:
    if theirs.registry != ours.registry:
        yield f"declared in {ours.registry}, registered in {theirs.registry}"
    if theirs.kind in ("unit_element_wise", "binary"):
        if len(ours.parameters) != len(theirs.parameters):
            yield f"has {len(theirs.parameters)} operands"
        return
    names = [parameter.name for parameter in ours.parameters]
    registered_names = [name for name, _, _ in theirs.parameters]
    if [name for name in names if name in registered_names] != registered_names:
        yield f"parameters {names}, tract's are {registered_names}"
    extra = sorted(set(names) - set(registered_names) - theirs.read)
    if extra:
        yield f"tract reads no parameter {', '.join(extra)}"
    unknown = sorted(theirs.read - set(names))
    if unknown:
        yield f"tract reads {', '.join(unknown)} as well"
    for name, kind, default in theirs.parameters:
        if name in ours.by_name:
            yield from _of_parameter(ours.by_name[name], kind, default, name in theirs.open)


def _of_parameter(ours: Parameter, kind: str, default: str | None, may_miss: bool) -> Iterator[str]:
    own = None if ours.default is MISSING or ours.default is None else _literal(str(ours.default).lower())
    if own != default:
        yield f"{ours.name} has the default {own}, tract's is {default}"
    if (ours.optional or ours.default is not MISSING) != (may_miss or default is not None):
        yield f"{ours.name} {'may' if may_miss else 'must not'} be left out"
    if "..." not in kind and str(ours.type) != kind:
        yield f"{ours.name} is {ours.type}, tract's is {kind}"


if __name__ == "__main__":
    print("\n".join(differences(sys.argv[1])))
