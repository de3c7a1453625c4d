"""Random documents in which memory is shared: slices, transposes, reshapes, parts, einsum's diagonals, casts that change
nothing, between element-wise work that may take its input's place."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Shape = tuple[int, ...]
REGISTRY = "extension tract_registry tract_core;\n"
HEAD = "version 1.0;\n{registry}\ngraph g( x, z ) -> ( {outputs} )\n{{\n"
START = (2, 4, 6, 4)


def document(seed: int, dialect: str) -> str:
    """The text; its inputs are x and z, [2, 4, 6, 4], and it has no weights."""
    return _Maker(Random(seed), dialect == "tract").text()


class _Maker:
    def __init__(self, random: Random, tract: bool) -> None:
        self.random, self.tract = random, tract
        shape = list(START)
        self.lines = [f"{name} = external<scalar>(shape = {shape});" for name in "xz"]
        self.shapes: dict[str, Shape] = {"x": START, "z": START}
        for _ in range(random.randint(6, 24)):
            random.choice(TRACT if tract else KHRONOS)(self)

    def text(self) -> str:
        names = list(self.shapes)
        outputs = dict.fromkeys([names[-1], *self.random.sample(names[2:], k=min(2, len(names) - 2))])
        body = "".join(f"    {line}\n" for line in self.lines)
        head = HEAD.format(registry=REGISTRY if self.tract else "", outputs=", ".join(outputs))
        return head + body + "}\n"

    def pick(self, fits: Callable[[Shape], bool] = lambda shape: True) -> str | None:
        """A tensor, recent ones more often."""
        names = [name for name, shape in self.shapes.items() if fits(shape)]
        return self.random.choice(names[-3:] if self.random.random() < 0.6 else names) if names else None

    def emit(self, right: str, *shapes: Shape) -> None:
        names = [f"t{len(self.shapes) + index}" for index in range(len(shapes))]
        self.shapes.update(zip(names, shapes, strict=True))
        left = names[0] if len(names) == 1 else f"[{', '.join(names)}]"
        self.lines.append(f"{left} = {right};")

    def axis(self, name: str) -> int:
        return self.random.randrange(len(self.shapes[name]))

    def unary(self) -> None:
        x = self.pick()
        self.emit(
            f"{self.random.choice(['relu', 'tanh', 'sigmoid', 'neg', 'abs', 'sqr', 'copy'])}({x})", self.shapes[str(x)]
        )

    def binary(self) -> None:
        x = str(self.pick())
        y = self.pick(lambda shape: shape == self.shapes[x])
        self.emit(f"{self.random.choice(['add', 'sub', 'mul', 'max', 'min'])}({x}, {y})", self.shapes[x])

    def scale(self) -> None:
        x = str(self.pick())
        self.emit(f"{self.random.choice(['add', 'mul'])}({x}, {self.random.choice(['0.5', '-1.25'])})", self.shapes[x])

    def slice(self) -> None:
        x = self.pick(lambda shape: max(shape, default=0) > 1)
        if x is None:
            return
        shape = self.shapes[x]
        axis = self.random.choice([at for at, extent in enumerate(shape) if extent > 1])
        begin = self.random.randrange(shape[axis] - 1)
        end = self.random.randint(begin + 1, shape[axis])
        self.emit(f"slice({x}, axes = [{axis}], begin = [{begin}], end = [{end}])", _with(shape, axis, end - begin))

    def transpose(self) -> None:
        x = str(self.pick())
        axes = list(range(len(self.shapes[x])))
        self.random.shuffle(axes)
        self.emit(f"transpose({x}, axes = {axes})", tuple(self.shapes[x][axis] for axis in axes))

    def einsum(self) -> None:
        """A permutation, or the diagonal of two axes of one extent."""
        x = str(self.pick())
        shape = self.shapes[x]
        letters = "abcdefgh"[: len(shape)]
        axes = list(range(len(shape)))
        self.random.shuffle(axes)
        twins = [(i, j) for i in axes for j in axes if i < j and shape[i] == shape[j]]
        if twins and self.random.random() < 0.6:
            kept, gone = self.random.choice(twins)
            letters = letters[:gone] + letters[kept] + letters[gone + 1 :]
            axes.remove(gone)
        expression = f"{letters}->{''.join(letters[axis] for axis in axes)}"
        self.emit(f'tract_core_einsum([{x}], expr = "{expression}", acc = "f32")', tuple(shape[axis] for axis in axes))

    def reshape(self) -> None:
        x = self.pick(lambda shape: len(shape) > 1)
        if x is None:
            return
        shape = self.shapes[x]
        axis = self.random.randrange(len(shape) - 1)
        joined = (*shape[:axis], shape[axis] * shape[axis + 1], *shape[axis + 2 :])
        self.emit(f"reshape({x}, shape = {list(joined)})", joined)

    def unjoin(self) -> None:
        x = self.pick(lambda shape: len(shape) < 5 and any(extent % 2 == 0 for extent in shape))
        if x is None:
            return
        shape = self.shapes[x]
        axis = self.random.choice([at for at, extent in enumerate(shape) if extent % 2 == 0])
        parted = (*shape[:axis], 2, shape[axis] // 2, *shape[axis + 1 :])
        self.emit(f"reshape({x}, shape = {list(parted)})", parted)

    def unsqueeze(self) -> None:
        x = self.pick(lambda shape: len(shape) < 5)
        if x is None:
            return
        axis = self.random.randint(0, len(self.shapes[x]))
        self.emit(f"unsqueeze({x}, axes = [{axis}])", (*self.shapes[x][:axis], 1, *self.shapes[x][axis:]))

    def squeeze(self) -> None:
        x = self.pick(lambda shape: 1 in shape)
        if x is None:
            return
        axis = self.shapes[x].index(1)
        self.emit(f"squeeze({x}, axes = [{axis}])", (*self.shapes[x][:axis], *self.shapes[x][axis + 1 :]))

    def cast(self) -> None:
        x = str(self.pick())
        self.emit(f'tract_core_cast({x}, to = "f32")', self.shapes[x])

    def split(self) -> None:
        x = self.pick(lambda shape: any(extent % 2 == 0 for extent in shape))
        if x is None:
            return
        axis = self.random.choice([at for at, extent in enumerate(self.shapes[x]) if extent % 2 == 0])
        half = _with(self.shapes[x], axis, self.shapes[x][axis] // 2)
        self.emit(f"split({x}, axis = {axis}, ratios = [1, 1])", half, half)

    def concat(self) -> None:
        x = self.pick(lambda shape: len(shape) > 0 and max(shape) < 13)
        if x is None:
            return
        axis = self.axis(x)
        y = str(
            self.pick(
                lambda shape: _with(shape, axis, 1) == _with(self.shapes[x], axis, 1) if len(shape) > axis else False
            )
        )
        extent = self.shapes[x][axis] + self.shapes[y][axis]
        self.emit(f"concat([{x}, {y}], axis = {axis})", _with(self.shapes[x], axis, extent))

    def broadcast(self) -> None:
        x = self.pick(lambda shape: 1 in shape)
        if x is None:
            return
        shape = _with(self.shapes[x], self.shapes[x].index(1), 3)
        self.emit(f"tract_core_broadcast({x}, shape = {list(shape)})", shape)

    def pad(self) -> None:
        x = str(self.pick())
        pairs = ", ".join(["(0, 0)"] * len(self.shapes[x]))
        self.emit(f"pad({x}, padding = [{pairs}], border = 'constant', value = 0.0)", self.shapes[x])

    def unstack(self) -> None:
        x = self.pick(lambda shape: 2 in shape)
        if x is None:
            return
        axis = self.shapes[x].index(2)
        part = (*self.shapes[x][:axis], *self.shapes[x][axis + 1 :])
        self.emit(f"unstack({x}, axis = {axis})", part, part)

    def add_n(self) -> None:
        x = str(self.pick())
        y = self.pick(lambda shape: shape == self.shapes[x])
        self.emit(f"add_n([{x}])" if self.random.random() < 0.5 else f"add_n([{x}, {y}])", self.shapes[x])

    def softmax(self) -> None:
        x = self.pick(lambda shape: len(shape) > 0)
        if x is not None:
            self.emit(f"softmax({x}, axes = [{self.axis(x)}])", self.shapes[x])

    def matmul(self) -> None:
        x = self.pick(lambda shape: len(shape) > 1)
        if x is not None:
            shape = self.shapes[x]
            self.emit(f"matmul({x}, {x}, transposeB = true)", (*shape[:-1], shape[-2]))


def _with(shape: Shape, axis: int, extent: int) -> Shape:
    return (*shape[:axis], extent, *shape[axis + 1 :])


BOTH = [
    *3 * [_Maker.unary],
    *2 * [_Maker.binary],
    _Maker.scale,
    *2 * [_Maker.slice],
    _Maker.transpose,
    _Maker.reshape,
    _Maker.unjoin,
    _Maker.unsqueeze,
    _Maker.squeeze,
    _Maker.concat,
    _Maker.pad,
    _Maker.softmax,
    _Maker.matmul,
]
TRACT = [*BOTH, *2 * [_Maker.einsum], *2 * [_Maker.cast], _Maker.broadcast]
KHRONOS = [*BOTH, *2 * [_Maker.split], _Maker.unstack, _Maker.add_n]
