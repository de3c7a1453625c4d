"""What can be typed in an extension line: names of extensions, registries, symbols in assertions; and the line that an
operation of another registry needs.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.analysis.analysis import Analysis
from ...model.checks.document import KNOWN_EXTENSIONS, declared_extensions
from ...model.operations.declarations import declared_operations
from ...model.operations.dialect import Dialect
from ...model.operations.dialects import DIALECTS
from ..describe import plural
from ..text import tokens as w
from ..text.cursor import Cursor
from ..text.place import Edit, Place
from .items import EXTENSION_NAME, SYMBOL, Item


def extension_items(analysis: Analysis, cursor: Cursor) -> Iterator[Item]:
    """The names that fit at the cursor."""
    name = cursor.words[1].text if len(cursor.words) > 1 else ""
    if cursor.word.role == w.ENABLED:
        yield from _extensions(analysis, first=not name)
        return
    dialect = next(
        (known for known in DIALECTS.values() if name in (known.registry_extension, known.assertion_extension)), None
    )
    if not name or dialect is None:
        return
    if name == dialect.registry_extension:
        yield from _registries(analysis, dialect)
    else:
        yield from (Item(symbol, SYMBOL, "symbol", rank="1") for symbol in analysis.declared.places)
        yield from (
            Item(function, SYMBOL, "function", f"{function}($1)$0", "2")
            for function in ("min", "max", "broadcast", "floor")
        )


def _extensions(analysis: Analysis, first: bool) -> Iterator[Item]:
    """Those of the standard once each; those of dialects take a line of their own, as many as wanted."""
    declared = declared_extensions(analysis.structure)
    for name in KNOWN_EXTENSIONS:
        if name not in declared:
            yield Item(name, EXTENSION_NAME, rank="1" if analysis.dialect.needs_extensions else "6")
    for dialect in DIALECTS.values() if first else ():
        for name in (dialect.registry_extension, dialect.symbol_extension, dialect.assertion_extension):
            if name:
                yield Item(name, EXTENSION_NAME, f"dialect {dialect.title}", f"{name} $0;", "3")


def _registries(analysis: Analysis, dialect: Dialect) -> Iterator[Item]:
    for registry in dialect.registries:
        done = registry in analysis.declared.registries
        detail = "already enabled" if done else plural(len(declared_operations(registry)), "operation")
        yield Item(registry, EXTENSION_NAME, detail, rank="6" if done else "1")


def enabling(analysis: Analysis, registry: str) -> Edit | None:
    """The edit that enables a registry: a line behind the other extensions; None in a text without a header."""
    structure = analysis.structure
    last = structure.extensions[-1] if structure.extensions else structure.version
    if last is None:
        return None
    end = len(last.text.rstrip())
    return Edit(Place(last, end, end), f"\nextension {analysis.dialect.registry_extension} {registry};")
