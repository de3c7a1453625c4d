"""Types of expressions and parameters, and what may be cast to what (section 3.3.1).

Types are interned tuples, compared by value.  `ANY` is the type of what could not be understood; it satisfies
everything, so that one mistake gives one error.

Not here: the types of a document's declarations (`operations/declarations.py` reads them), evaluation.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from ...syntax import nodes as n

PRIMITIVES = ("integer", "scalar", "logical", "string")


Kind = Literal["primitive", "tensor", "array", "tuple", "empty", "any"]


class Type(NamedTuple):
    """`kind` is primitive, tensor, array, tuple, empty (the type of `[]`) or any.

    `name` is the primitive ("?" for a generic one) or a tensor's data type ("" for `tensor<>`); `items` are the item
    type of an array or the items of a tuple.
    """

    kind: Kind
    name: str = ""
    items: tuple[Type, ...] = ()

    def __str__(self) -> str:
        if self.kind == "primitive":
            return self.name
        if self.kind == "tensor":
            return f"tensor<{self.name}>"
        if self.kind == "array":
            return f"{self.items[0]}[]"
        if self.kind == "tuple":
            return "(" + ",".join(map(str, self.items)) + ")"
        return "[]" if self.kind == "empty" else "?"

    @property
    def is_tensor(self) -> bool:
        """Whether it is a tensor, or an array or tuple of tensors."""
        return self.kind == "tensor" or any(item.is_tensor for item in self.items)

    @property
    def is_generic(self) -> bool:
        """Whether `?` occurs in it."""
        return self.name == "?" or any(item.is_generic for item in self.items)


ANY = Type("any")
EMPTY = Type("empty")
INTEGER, SCALAR, LOGICAL, STRING = (Type("primitive", name) for name in PRIMITIVES)


def tensor_type(dtype: str) -> Type:
    """`tensor<dtype>`."""
    return Type("tensor", dtype)


def array_type(item: Type) -> Type:
    """`item[]`."""
    return Type("array", "", (item,))


def declared_type(node: n.Node | None) -> Type:
    """The type that a declaration's type node stands for; an unknown name gives `ANY`."""
    if isinstance(node, n.TypeName):
        return Type("primitive", node.name) if node.name in PRIMITIVES or node.name == "?" else ANY
    if isinstance(node, n.TensorType):
        return tensor_type(node.dtype.name if node.dtype else "")
    if isinstance(node, n.ArrayType):
        return array_type(declared_type(node.item))
    if isinstance(node, n.TupleType):
        return Type("tuple", "", tuple(map(declared_type, node.items)))
    return ANY


_DTYPES = frozenset((*PRIMITIVES, "?", ""))


def common_type(a: Type, b: Type) -> Type | None:
    """The type of the two that the other can be cast to, None if neither can."""
    if castable(a, b):
        return b
    return a if castable(b, a) else None


def castable(source: Type, target: Type) -> bool:
    """Whether a value of one type may stand where the other is expected; `?` takes any primitive."""
    if source == target or source.kind == "any" or target.kind == "any":
        return True
    if target.kind == "primitive":
        return source.kind == "primitive" and "?" in (source.name, target.name)
    if target.kind == "tensor":
        if source.kind not in ("primitive", "tensor"):
            return False
        if not {source.name, target.name} <= _DTYPES:
            return True  # a type that does not exist is said once, at its declaration
        return target.name in ("", "?") or source.name in ("?", target.name)
    if target.kind == "array":
        return source.kind == "empty" or (source.kind == "array" and castable(source.items[0], target.items[0]))
    if target.kind == "tuple":
        return (
            source.kind == "tuple"
            and len(source.items) == len(target.items)
            and all(map(castable, source.items, target.items))
        )
    return False


def generic_candidates(source: Type, target: Type) -> set[str]:
    """The data types that `?` in a parameter's type would have to stand for to take an argument of this type."""
    if target.kind in ("primitive", "tensor"):
        if target.name == "?" and source.kind in ("primitive", "tensor") and source.name not in ("?", ""):
            return {source.name}
        return set()
    if target.kind == "array" and source.kind == "array":
        return generic_candidates(source.items[0], target.items[0])
    if target.kind == "tuple" and source.kind == "tuple" and len(source.items) == len(target.items):
        return set().union(*map(generic_candidates, source.items, target.items))
    return set()


def substitute(type: Type, generic: str | None) -> Type:
    """The type with `?` replaced by a data type."""
    if generic is None or not type.is_generic:
        return type
    if type.name == "?":
        return type._replace(name=generic)
    return type._replace(items=tuple(substitute(item, generic) for item in type.items))
