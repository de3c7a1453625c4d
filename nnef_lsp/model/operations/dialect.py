"""Dialects: what differs between the language of the specification and what an engine reads, as data.

A dialect is a folder beside this file: an object of this class in its `dialect.py`, files of declarations, profiles of
targets.  `docs/dialects.md` shows how to add one.

Not here: which dialects there are (`dialects.py`), symbols of extents (`extents/dims.py`, `extensions.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..findings import Chosen


@dataclass(frozen=True)
class Dialect:
    """How strictly a document is read.

    `declarations` are the files in the folders of dialects with the operators that are always there, later ones before earlier;
    `registries` are those that a document enables by name.
    """

    name: str
    title: str
    declarations: tuple[str, ...]
    strict_types: bool = True
    """Whether integers are not scalars, arrays are not tensors, and attributes must be named."""
    rebinding: bool = False
    """Whether a name may be assigned again."""
    needs_extensions: bool = True
    """Whether fragments and expressions must be enabled by an extension."""
    attribute_names: bool = False
    """Whether names in a graph may hold attribute values, arrays and tuples."""
    empty_lists: bool = False
    """Whether parameter, result and argument lists and bodies may be empty."""
    redefinition: bool = False
    """Whether a fragment may have the name of a standard operation."""
    later_fragments: bool = False
    """Whether a fragment may invoke one that is declared below it."""
    effects_in_fragments: bool = False
    """Whether external, variable and update may stand in a fragment."""
    registries: tuple[str, ...] = ()
    """Files of declarations that an extension line enables."""
    registry_extension: str = ""
    """The extension whose payload names a registry."""
    symbol_extension: str = ""
    """The extension whose payload declares a symbolic extent; none: extents are integers."""
    assertion_extension: str = ""
    """The extension whose payload is an assertion about symbols."""
    other_extensions: tuple[str, ...] = ()
    """Extensions that are known and need no further reading."""
    registry_aliases: Mapping[str, str] = field(default_factory=dict)
    """Other names of registries."""
    implicit_symbols: frozenset[str] = frozenset()
    """`operation.parameter`: where an unknown name becomes a symbol."""
    cast_parameters: frozenset[str] = frozenset()
    """`operation.parameter`: attributes of integers that take numbers with a point too, cut to whole ones."""
    typed_parameters: frozenset[str] = frozenset()
    """`operation.parameter`: attributes whose literal decides a data type, so that 1 is not the number 1.0 there."""
    list_parameters: frozenset[str] = frozenset()
    """`operation.parameter`: attributes that must be lists of numbers, where others may be a number or a list of lists."""
    removed: Mapping[str, str] = field(default_factory=dict)
    """Operations of older versions, which are declared no more: what to use instead, or ""."""
    datum_types: bool = False
    """Whether tensors have exact data types (f32, i64, ...) and literals become tensors."""
    literals: Mapping[str, float] = field(default_factory=dict)
    """Names that are literals."""
    literal_prefixes: tuple[str, ...] = ()
    """How names cannot begin where a value stands, because the reader takes the beginning for a literal."""
    expressions: frozenset[str] | None = None
    """Operators and kinds of expressions that are evaluated; None for all."""
    severities: Mapping[str, Chosen] = field(default_factory=dict)
    """Severities of rules that differ from the rules' own; "off" silences a rule."""
    templates: bool = False
    """Whether the text is rendered as a template before it is read."""
    quoted_names: bool = False
    """Whether a name may hold any character where it is written between quotes: i"a.b"."""
    keywords_as_names: bool = False
    """Whether a name may be a keyword, where only a name can stand."""
    rooted_labels: bool = False
    """Whether a label may begin with a slash."""
    quantized_fragments: bool = False
    """Whether graph.quant may name tensors of fragments."""
    blocks: bool = False
    """Whether weights may be stored in blocks, with other axes than their variable says."""
    strings: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """What strings name, by operation and parameter: a kind of `references.py`."""
    bindings: Mapping[tuple[str, str, int], str] = field(default_factory=dict)
    """The same of items of tuples, which name parameters and results of the fragment that the invocation names."""
    choices: Mapping[tuple[str, str, int], tuple[str, ...]] = field(default_factory=dict)
    """Items of tuples that are one of a few words."""
    type_parameters: frozenset[str] = frozenset()
    """Parameters of operations of registries that name a data type."""
    metadata: str = ""
    """The fragment that holds a model's metadata: the engine reads it, no statement invokes it."""
    extension_documentation: Mapping[str, str] = field(default_factory=dict)
    """What a hover says of an extension."""
    specification: str = ""
    """Where the sections are that descriptions of operations name: an address on the web."""
    cast: str = ""
    """The operation that converts data types."""
    overlooked: frozenset[str] = frozenset()
    """`operation.parameter`: attributes that the engine overlooks, or reads as a tensor."""
    effects: frozenset[str] = frozenset({"update"})
    """Operations that do more than give results."""
    quantization_defaults: frozenset[str] = frozenset()
    """Arguments that may be left out of graph.quant, though none is declared as a default."""
    sums_of_codes: frozenset[str] = frozenset()
    """Operations that compute with codes, not with the numbers that these stand for."""
    own_kernels: frozenset[str] = frozenset()
    """Operations that compute something else than the standard's of the same name: by kernels called DIALECT:OPERATION."""
    without_kernel: Mapping[str, str] = field(default_factory=dict)
    """Operations that a run cannot compute here, with the reason."""
    never_run: Mapping[str, str] = field(default_factory=dict)
    """Operations that are gone, or another thing than a step, before a run: what they are."""
    engine: str = ""
    """The engine that runs its graphs, if there is one here (`runtime/engines`)."""
    vendor: int = 0
    """The vendor of item types in data files that only this dialect's engine reads."""
    marks: str = ""
    """What tells this dialect from the others: a regular expression, looked for in each segment of a text by itself, so
    that an edit can change the dialect only by the segments that it changes."""

    @cached_property
    def loops(self) -> frozenset[str]:
        """Operations that run a fragment, which a string names."""
        return self._naming("fragment")

    @cached_property
    def submodels(self) -> frozenset[str]:
        """Operations that run another model."""
        return self._naming("submodel")

    def _naming(self, kind: str) -> frozenset[str]:
        return frozenset(operation for (operation, _), found in self.strings.items() if found == kind)

    def kernel(self, operation: str) -> str:
        """What the kernel is called of an operation that is another than the standard's."""
        return f"{self.name}:{operation}"

    def plain_name(self, operation: str) -> str:
        """An operation's name without its registry, as it is known to who knows what operations do in any dialect."""
        registry = next((name for name in self.registries if operation.startswith(f"{name}_")), None)
        return operation if registry is None else operation[len(registry) + 1 :]

    @property
    def symbols(self) -> bool:
        """Whether extents may be symbolic."""
        return bool(self.symbol_extension)

    def is_marked(self, segment: str) -> bool:
        """Whether the text of a segment is of this dialect and of no other."""
        return bool(self.marks) and re.search(self.marks, segment) is not None
