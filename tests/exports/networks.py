"""Networks other than those of transformers: convolutional, recurrent, attention by hand, and single operations of torch."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .example import Example, Maker, in_half


class Of(nn.Module):
    """A function as a module; modules that it needs are given by name."""

    def __init__(self, function: Callable[..., object], **modules: nn.Module) -> None:
        super().__init__()
        self.function = function
        self.parts = nn.ModuleDict(modules)

    def forward(self, *inputs: Tensor) -> object:
        """The function's result."""
        return self.function(*inputs, **self.parts)


def image(channels: int = 3, size: int = 32, batch: int = 1) -> dict[str, Tensor]:
    """A picture."""
    return {"image": torch.randn(batch, channels, size, size)}


def sequence(length: int = 7, width: int = 16, batch: int = 2) -> dict[str, Tensor]:
    """Vectors one after the other."""
    return {"x": torch.randn(batch, length, width)}


def of(function: Callable[..., object], *shapes: tuple[int, ...], **modules: nn.Module) -> Maker:
    """A function of inputs `a`, `b`, ... of these shapes."""
    return lambda: Example(
        Of(function, **modules), {name: torch.randn(*shape) for name, shape in zip("abcdef", shapes)}
    )


def conv(inner: int, outer: int, size: int = 3, stride: int = 1, **options: int) -> nn.Sequential:
    """Convolution, batch normalization, relu."""
    return nn.Sequential(
        nn.Conv2d(inner, outer, size, stride, size // 2, bias=False, **options), nn.BatchNorm2d(outer), nn.ReLU()
    )


class Residual(nn.Module):
    """The block of a ResNet, with two convolutions or as a bottleneck of three."""

    def __init__(self, inner: int, outer: int, stride: int, bottleneck: bool, groups: int = 1) -> None:
        super().__init__()
        half = outer // 2
        if bottleneck:
            self.body = nn.Sequential(
                conv(inner, half, 1),
                conv(half, half, 3, stride, groups=groups),
                nn.Conv2d(half, outer, 1, bias=False),
                nn.BatchNorm2d(outer),
            )
        else:
            self.body = nn.Sequential(
                conv(inner, outer, 3, stride), nn.Conv2d(outer, outer, 3, 1, 1, bias=False), nn.BatchNorm2d(outer)
            )
        self.short = nn.Conv2d(inner, outer, 1, stride) if stride > 1 or inner != outer else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Body and shortcut."""
        return F.relu(self.body(x) + self.short(x))


def resnet(bottleneck: bool = False, groups: int = 1) -> Example:
    """A small ResNet (or ResNeXt)."""
    blocks = [Residual(16, 16, 1, bottleneck, groups), Residual(16, 32, 2, bottleneck, groups)]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10)]
    return Example(nn.Sequential(conv(3, 16, 7, 2), nn.MaxPool2d(3, 2, 1), *blocks, *head), image(size=48))


def plain_cnn() -> Example:
    """LeNet-like: the classifier behind a flattened picture."""
    return Example(
        nn.Sequential(
            nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
            nn.Flatten(), nn.Linear(400, 32), nn.Tanh(), nn.Linear(32, 10), nn.LogSoftmax(-1),
        ),
        image(1),
    )  # fmt: skip


class Inception(nn.Module):
    """Branches side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.three, self.five = conv(8, 4, 1), conv(8, 6, 3), conv(8, 2, 5)
        self.pool = nn.Sequential(nn.MaxPool2d(3, 1, 1), conv(8, 4, 1))

    def forward(self, x: Tensor) -> Tensor:
        """All of them, joined."""
        return torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], 1)


class Dense(nn.Module):
    """DenseNet's block: every layer reads all before it."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(conv(8 + 4 * index, 4) for index in range(3))

    def forward(self, x: Tensor) -> Tensor:
        """All features."""
        for layer in self.layers:
            x = torch.cat([x, layer(x)], 1)
        return x


class Squeeze(nn.Module):
    """Squeeze-and-excitation."""

    def __init__(self, width: int, activation: type[nn.Module] = nn.Sigmoid) -> None:
        super().__init__()
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(width, width // 4, 1), nn.ReLU(), nn.Conv2d(width // 4, width, 1),
            activation(),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """Gated."""
        return x * self.gate(x)


def mobilenet(activation: type[nn.Module], gate: type[nn.Module]) -> Example:
    """Inverted residuals: expansion, depthwise convolution, squeeze-and-excitation, projection."""
    body = [
        nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), activation(), nn.Conv2d(8, 24, 1), activation(),
        nn.Conv2d(24, 24, 5, 2, 2, groups=24), nn.BatchNorm2d(24), activation(), Squeeze(24, gate), nn.Conv2d(24, 16, 1),
    ]  # fmt: skip
    return Example(nn.Sequential(*body), image())


def shuffle(x: Tensor, groups: int) -> Tensor:
    """ShuffleNet's exchange of channels."""
    batch, channels, height, width = x.shape
    return x.view(batch, groups, channels // groups, height, width).transpose(1, 2).reshape(x.shape)


def shufflenet() -> Example:
    """Channels split, convolved, joined and shuffled."""

    def block(x: Tensor, body: nn.Module) -> Tensor:
        left, right = x.chunk(2, 1)
        return shuffle(torch.cat([left, body(right)], 1), 2)

    return Example(Of(block, body=nn.Sequential(conv(4, 4, 1), conv(4, 4, 3, groups=4))), image(8, 12))


class UNet(nn.Module):
    """Down, up by transposed convolution or interpolation, and shortcuts across."""

    def __init__(self, mode: str | None) -> None:
        super().__init__()
        self.mode = mode
        self.first, self.second, self.low = conv(3, 8), conv(8, 16, 3, 2), conv(16, 32, 3, 2)
        self.up = nn.ModuleList([nn.ConvTranspose2d(32, 16, 2, 2), nn.ConvTranspose2d(16, 8, 4, 2, 1)])
        self.narrow = nn.ModuleList([nn.Conv2d(32, 16, 1), nn.Conv2d(16, 8, 1)])
        self.join = nn.ModuleList([conv(32, 16), conv(16, 8)])
        self.head = nn.Conv2d(8, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        """A mask of the picture."""
        first = self.first(x)
        second = self.second(first)
        y = self.low(second)
        for index, across in enumerate((second, first)):
            if self.mode is None:
                y = self.up[index](y)
            else:
                ends = None if self.mode == "nearest" else False
                y = self.narrow[index](F.interpolate(y, scale_factor=2, mode=self.mode, align_corners=ends))
            y = self.join[index](torch.cat([y, across], 1))
        return self.head(y)


def pyramid() -> Example:
    """Features of two scales, as detectors have them: two outputs."""

    def run(x: Tensor, a: nn.Module, b: nn.Module, side: nn.Module, top: nn.Module) -> tuple[Tensor, Tensor]:
        fine = a(x)
        coarse = top(b(fine))
        return side(fine) + F.interpolate(coarse, size=fine.shape[-2:], mode="nearest"), coarse

    parts = {"a": conv(3, 8, 3, 2), "b": conv(8, 16, 3, 2), "side": nn.Conv2d(8, 8, 1), "top": nn.Conv2d(16, 8, 1)}
    return Example(Of(run, **parts), image())


def recurrent(kind: type[nn.RNNBase], length: int = 5, **options: object) -> Example:
    """A recurrent layer; the output alone, without its states."""
    layer = kind(8, 12, batch_first=True, **options)  # type: ignore[arg-type]
    return Example(Of(lambda x, layer: layer(x)[0], layer=layer), sequence(length, 8, 1))


def recurrent_states() -> Example:
    """An LSTM that is given states and gives them back."""
    inputs = {"x": torch.randn(1, 4, 8), "h": torch.randn(1, 1, 12), "c": torch.randn(1, 1, 12)}

    def run(x: Tensor, h: Tensor, c: Tensor, layer: nn.Module) -> tuple[Tensor, ...]:
        y, (hidden, cell) = layer(x, (h, c))
        return y, hidden, cell

    return Example(Of(run, layer=nn.LSTM(8, 12, batch_first=True)), inputs)


def tagger() -> Example:
    """Embedding, bidirectional LSTM, a class for every word."""

    def run(words: Tensor, table: nn.Module, layer: nn.Module, head: nn.Module) -> Tensor:
        return head(layer(table(words))[0]).softmax(-1)

    layer = nn.LSTM(8, 6, batch_first=True, bidirectional=True)
    parts = {"table": nn.Embedding(50, 8), "layer": layer, "head": nn.Linear(12, 5)}
    return Example(Of(run, **parts), {"words": torch.randint(0, 50, (1, 6))})


class Attention(nn.Module):
    """Multi-head attention by hand: by matmul, or by einsum; with a causal mask."""

    def __init__(self, width: int = 16, heads: int = 4, einsum: bool = False, causal: bool = False) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.heads, self.einsum, self.causal = heads, einsum, causal

    def forward(self, x: Tensor) -> Tensor:
        """Mixed."""
        batch, length, width = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, width // self.heads).unbind(2)
        if self.einsum:
            score = torch.einsum("bqhd,bkhd->bhqk", q, k)
        else:
            score = q.transpose(1, 2) @ k.permute(0, 2, 3, 1)
        score = score / math.sqrt(width // self.heads)
        if self.causal:
            future = torch.ones(length, length, dtype=torch.bool).triu(1)
            score = score.masked_fill(future, float("-inf"))
        weight = score.softmax(-1)
        if self.einsum:
            mixed = torch.einsum("bhqk,bkhd->bqhd", weight, v).flatten(2)
        else:
            mixed = (weight @ v.transpose(1, 2)).transpose(1, 2).reshape(batch, length, width)
        return self.out(mixed)


def attention(symbol: bool = False, **options: bool) -> Example:
    """The same, for a sequence of any length if asked."""
    return Example(Attention(**options), sequence(), {"x": {1: "S"}} if symbol else {})  # type: ignore[arg-type]


def encoder_layer(**options: object) -> Example:
    """torch's own encoder layer."""
    return Example(nn.TransformerEncoderLayer(16, 4, 32, batch_first=True, **options), sequence())  # type: ignore[arg-type]


def multihead() -> Example:
    """torch's own attention across two sequences."""

    def run(x: Tensor, memory: Tensor, layer: nn.Module) -> Tensor:
        return layer(x, memory, memory, need_weights=False)[0]

    layer = nn.MultiheadAttention(16, 4, batch_first=True)
    return Example(Of(run, layer=layer), {"x": torch.randn(1, 5, 16), "memory": torch.randn(1, 9, 16)})


class Mixer(nn.Module):
    """MLP-Mixer: over patches, then over channels."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 16, 8, 8)
        self.first, self.second = nn.LayerNorm(16), nn.LayerNorm(16)
        self.tokens = nn.Sequential(nn.Linear(16, 32), nn.GELU(), nn.Linear(32, 16))
        self.channels = nn.Sequential(nn.Linear(16, 32), nn.GELU(approximate="tanh"), nn.Linear(32, 16))

    def forward(self, image: Tensor) -> Tensor:
        """A vector for the picture."""
        x = self.patches(image).flatten(2).transpose(1, 2)
        x = x + self.tokens(self.first(x).transpose(1, 2)).transpose(1, 2)
        return (x + self.channels(self.second(x))).mean(1)


class Windows(nn.Module):
    """Attention within shifted windows: rolled, cut, and put together again."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = Attention(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        """The same shape."""
        batch, height, width, channels = x.shape
        y = torch.roll(x, (-2, -2), (1, 2)).view(batch, height // 4, 4, width // 4, 4, channels)
        y = self.inner(y.permute(0, 1, 3, 2, 4, 5).reshape(-1, 16, channels))
        y = y.view(batch, height // 4, width // 4, 4, 4, channels).permute(0, 1, 3, 2, 4, 5)
        return torch.roll(y.reshape(x.shape), (2, 2), (1, 2))


class Conformer(nn.Module):
    """Half feed-forward, attention, gated convolution, half feed-forward."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = (
            nn.Sequential(nn.LayerNorm(16), nn.Linear(16, 32), nn.SiLU(), nn.Linear(32, 16)) for _ in "ab"
        )
        self.norm, self.attention, self.end = nn.LayerNorm(16), Attention(), nn.LayerNorm(16)
        self.wide, self.narrow = nn.Conv1d(16, 32, 1), nn.Conv1d(16, 16, 1)
        self.depth, self.batch = nn.Conv1d(16, 16, 5, padding=2, groups=16), nn.BatchNorm1d(16)

    def forward(self, x: Tensor) -> Tensor:
        """The same shape."""
        x = x + 0.5 * self.one(x)
        x = x + self.attention(self.norm(x))
        y = F.glu(self.wide(x.transpose(1, 2)), 1)
        x = x + self.narrow(F.silu(self.batch(self.depth(y)))).transpose(1, 2)
        return self.end(x + 0.5 * self.two(x))


class Dilated(nn.Module):
    """WaveNet: causal, dilated, gated convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Conv1d(8, 16, 2, dilation=2**index) for index in range(3))

    def forward(self, x: Tensor) -> Tensor:
        """The same shape."""
        for index, layer in enumerate(self.layers):
            y, gate = layer(F.pad(x, (2**index, 0))).chunk(2, 1)
            x = x + y.tanh() * gate.sigmoid()
        return x


class Experts(nn.Module):
    """A mixture of experts in which all compute, and a gate weighs the best two."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = nn.Linear(16, 4)
        self.experts = nn.ModuleList(nn.Linear(16, 16) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        """The same shape."""
        best, index = self.gate(x).topk(2, -1)
        weight = torch.zeros(*x.shape[:-1], 4).scatter(-1, index, best.softmax(-1))
        return sum(weight[..., e, None] * expert(x) for e, expert in enumerate(self.experts))  # type: ignore[return-value]


def autoencoder() -> Example:
    """Mean and log variance, and the picture again: three outputs."""

    def run(x: Tensor, down: nn.Module, mean: nn.Module, log: nn.Module, up: nn.Module) -> tuple[Tensor, ...]:
        y = down(x)
        return up(mean(y) + torch.exp(0.5 * log(y))), mean(y), log(y)

    down = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU())
    up = nn.Sequential(nn.Linear(4, 64), nn.Sigmoid(), nn.Unflatten(1, (1, 8, 8)))
    return Example(Of(run, down=down, mean=nn.Linear(32, 4), log=nn.Linear(32, 4), up=up), image(1, 8))


def message_passing() -> Example:
    """A layer of a graph network: gathered by edge, added up by node."""

    def run(nodes: Tensor, source: Tensor, target: Tensor, layer: nn.Module) -> Tensor:
        sent = layer(nodes[source]).relu()
        return torch.zeros(nodes.shape[0], 8).index_add(0, target, sent)

    inputs = {
        "nodes": torch.randn(5, 6),
        "source": torch.tensor([0, 1, 2, 3, 4, 0]),
        "target": torch.tensor([1, 2, 0, 4, 3, 3]),
    }
    return Example(Of(run, layer=nn.Linear(6, 8)), inputs)


def normed(layer: nn.Module, *shape: int) -> Maker:
    """One layer of normalization."""
    return lambda: Example(layer, {"x": torch.randn(*shape)})


def resized(**options: object) -> Maker:
    """One interpolation."""
    return of(lambda a: F.interpolate(a, **options), (1, 3, 6, 8))  # type: ignore[arg-type]


NETWORKS: dict[str, Maker] = {
    "lenet": plain_cnn,
    "resnet": resnet,
    "resnet-bottleneck": partial(resnet, True),
    "resnext": partial(resnet, True, 4),
    "inception": lambda: Example(Inception(), image(8, 14)),
    "densenet": lambda: Example(Dense(), image(8, 14)),
    "mobilenet-v2": lambda: mobilenet(nn.ReLU6, nn.Sigmoid),
    "mobilenet-v3": lambda: mobilenet(nn.Hardswish, nn.Hardsigmoid),
    "efficientnet": lambda: mobilenet(nn.SiLU, nn.Sigmoid),
    "shufflenet": shufflenet,
    "unet-deconv": lambda: Example(UNet(None), image()),
    "unet-nearest": lambda: Example(UNet("nearest"), image()),
    "unet-bilinear": lambda: Example(UNet("bilinear"), image()),
    "pyramid": pyramid,
    "lstm": partial(recurrent, nn.LSTM),
    "lstm-two-layers": partial(recurrent, nn.LSTM, num_layers=2),
    "lstm-bidirectional": partial(recurrent, nn.LSTM, bidirectional=True),
    "lstm-projected": partial(recurrent, nn.LSTM, proj_size=6),
    "lstm-states": recurrent_states,
    "gru": partial(recurrent, nn.GRU),
    "gru-bidirectional": partial(recurrent, nn.GRU, bidirectional=True),
    "rnn": partial(recurrent, nn.RNN),
    "rnn-relu": partial(recurrent, nn.RNN, nonlinearity="relu"),
    "tagger": tagger,
    "attention": attention,
    "attention-einsum": partial(attention, einsum=True),
    "attention-causal": partial(attention, causal=True),
    "attention-symbol": partial(attention, symbol=True),
    "multihead": multihead,
    "encoder-layer": encoder_layer,
    "encoder-layer-first": partial(encoder_layer, norm_first=True, activation="gelu"),
    "sdpa": of(F.scaled_dot_product_attention, (1, 2, 5, 8), (1, 2, 6, 8), (1, 2, 6, 8)),
    "sdpa-causal": of(partial(F.scaled_dot_product_attention, is_causal=True), *[(1, 2, 5, 8)] * 3),
    "sdpa-mask": of(F.scaled_dot_product_attention, *[(1, 2, 5, 8)] * 3, (1, 1, 5, 5)),
    "mixer": lambda: Example(Mixer(), image()),
    "windows": lambda: Example(Windows(), {"x": torch.randn(1, 8, 8, 8)}),
    "conformer": lambda: Example(Conformer(), sequence()),
    "wavenet": lambda: Example(Dilated(), {"x": torch.randn(1, 8, 12)}),
    "experts": lambda: Example(Experts(), sequence()),
    "autoencoder": autoencoder,
    "message-passing": message_passing,
    "conv1d": lambda: Example(nn.Conv1d(4, 6, 3, stride=2, dilation=2), {"x": torch.randn(2, 4, 15)}),
    "conv3d": lambda: Example(nn.Conv3d(2, 3, (2, 3, 3), padding=(0, 1, 1)), {"x": torch.randn(1, 2, 4, 6, 6)}),
    "conv-same": lambda: Example(nn.Conv2d(3, 4, 4, padding="same"), image(size=9)),
    "conv-reflect": lambda: Example(nn.Conv2d(3, 4, 3, padding=1, padding_mode="reflect"), image(size=9)),
    "conv-circular": lambda: Example(nn.Conv2d(3, 4, 3, padding=1, padding_mode="circular"), image(size=9)),
    "deconv1d": lambda: Example(nn.ConvTranspose1d(4, 3, 5, 3, 1, output_padding=1), {"x": torch.randn(1, 4, 6)}),
    "deconv-groups": lambda: Example(nn.ConvTranspose2d(4, 6, 3, 2, 1, groups=2, dilation=2), image(4, 6)),
    "group-norm": normed(nn.GroupNorm(2, 8), 2, 8, 5, 5),
    "instance-norm": normed(nn.InstanceNorm2d(4, affine=True), 2, 4, 5, 5),
    "layer-norm": normed(nn.LayerNorm((4, 5)), 2, 3, 4, 5),
    "rms-norm": normed(nn.RMSNorm(8), 2, 3, 8),
    "batch-norm-1d": normed(nn.BatchNorm1d(8), 3, 8),
    "local-response": normed(nn.LocalResponseNorm(3), 1, 6, 5, 5),
    "weight-norm": lambda: Example(nn.utils.parametrizations.weight_norm(nn.Linear(8, 4)), sequence(3, 8)),
    "resize-nearest": resized(scale_factor=2, mode="nearest"),
    "resize-nearest-size": resized(size=(5, 11), mode="nearest"),
    "resize-bilinear": resized(scale_factor=2, mode="bilinear"),
    "resize-bilinear-corners": resized(size=(9, 12), mode="bilinear", align_corners=True),
    "resize-bilinear-down": resized(scale_factor=0.5, mode="bilinear"),
    "resize-bicubic": resized(scale_factor=2, mode="bicubic"),
    "pixel-shuffle": lambda: Example(nn.Sequential(nn.Conv2d(3, 12, 3, 1, 1), nn.PixelShuffle(2)), image(size=8)),
    "pixel-unshuffle": of(lambda a: F.pixel_unshuffle(a, 2), (1, 3, 8, 6)),
    "unfold": of(lambda a: F.unfold(a, 3, padding=1), (1, 2, 6, 6)),
    "pools": of(lambda a: (F.max_pool2d(a, 3, 2, 1), F.avg_pool2d(a, 2, ceil_mode=False)), (1, 3, 9, 9)),
    "pool-count": of(lambda a: F.avg_pool2d(a, 3, 2, 1, count_include_pad=False), (1, 3, 9, 9)),
    "pool-adaptive": of(lambda a: F.adaptive_avg_pool2d(a, (3, 2)), (1, 3, 9, 8)),
    "activations": of(
        lambda a: F.elu(a) + F.selu(a) + F.softplus(a) + F.mish(a) + F.celu(a) + F.leaky_relu(a, 0.2) + F.hardtanh(a),
        (3, 17),
    ),
    "prelu": lambda: Example(nn.PReLU(4), image(4, 5)),
    "softmaxes": of(lambda a: (a.softmax(0), a.log_softmax(1), F.softmin(a, -1), a.logsumexp(1)), (4, 6)),
    "einsum-bilinear": of(partial(torch.einsum, "bi,oij,bj->bo"), (3, 4), (5, 4, 6), (3, 6)),
    "einsum-outer": of(partial(torch.einsum, "i,j->ij"), (4,), (6,)),
    "einsum-diagonal": of(partial(torch.einsum, "bii->bi"), (2, 4, 4)),
    "bilinear": lambda: Example(nn.Bilinear(4, 5, 3), {"a": torch.randn(2, 4), "b": torch.randn(2, 5)}),
    "reductions": of(lambda a: (a.sum(1), a.mean((0, 2)), a.amax(-1), a.prod(1), a.argmax(2), a.std(1)), (3, 4, 5)),
    "norms": of(lambda a: (a.norm(dim=1), F.normalize(a, dim=-1), a.abs().amin(0)), (3, 4, 5)),
    "cumulative": of(lambda a: a.cumsum(1), (2, 6)),
    "gather": of(lambda a: a.gather(1, a.argsort(1)), (3, 5)),
    "index": of(lambda a: a[:, [0, 2, 1]][..., 1:-1:2], (2, 4, 7)),
    "index-select": of(lambda a: a.index_select(1, torch.tensor([3, 0, 3])), (2, 4)),
    "where": of(lambda a, b: torch.where(a > b, a * 2, b.clamp(-0.5, 0.5)), (3, 4), (4,)),
    "masks": of(lambda a: (a.tril(), a.masked_fill(a < 0, -1.0), (a > 0) & (a < 1)), (5, 5)),
    "topk": of(lambda a: a.topk(3, -1), (2, 7)),
    "sort": of(lambda a: a.sort(-1, descending=True).values, (2, 7)),
    "views": of(lambda a: a.permute(2, 0, 1).reshape(5, -1).unflatten(1, (3, 4)).flip(1).contiguous(), (3, 4, 5)),
    "stack-split": of(lambda a: torch.stack(a.split(2, 1), 0).sum(0), (3, 6)),
    "split-uneven": of(lambda a: a.split([1, 2, 3], 1), (3, 6)),
    "repeat": of(lambda a: (a.repeat(2, 3), a.repeat_interleave(2, 1), a.expand(4, 2, 3)), (2, 3)),
    "pad": of(lambda a: (F.pad(a, (1, 2, 0, 1), value=0.5), F.pad(a, (2, 1), mode="replicate")), (1, 2, 4, 5)),
    "roll": of(lambda a: a.roll((1, -2), (0, 1)), (4, 5)),
    "trigonometry": of(lambda a: a.sin() * a.cos() + a.tan().atan() + a.sinh().asinh() + torch.atan2(a, a + 3), (12,)),
    "powers": of(lambda a: (a.abs() + 1).pow(1.7) + a.pow(3) + (a.abs() + 0.5).rsqrt() + a.exp2() + a.expm1(), (12,)),
    "rounding": of(lambda a: a.floor() + a.ceil() * 2 + a.round() * 4 + a.trunc() * 8 + a.sign() + a.frac(), (13,)),
    "remainders": of(lambda a: (a.remainder(0.7), a.fmod(0.7), a.div(0.3, rounding_mode="floor")), (13,)),
    "integers": lambda: Example(
        Of(lambda a, b: (a // b, a % b, (a * b).clamp(max=9), (a == b).long())),
        {"a": torch.arange(1, 9), "b": torch.tensor([2, 3, 3, 4, 5, 1, 7, 3])},
    ),
    "one-hot": lambda: Example(Of(lambda a: F.one_hot(a, 6).float()), {"a": torch.tensor([[1, 5, 0]])}),
    "embedding-bag": lambda: Example(
        Of(lambda a, t: t(a).mean(1), t=nn.Embedding(9, 4)), {"a": torch.randint(0, 9, (2, 5))}
    ),
    "grid-sample": of(lambda a, b: F.grid_sample(a, b.tanh(), align_corners=False), (1, 2, 6, 6), (1, 4, 5, 2)),
    "positions": of(lambda a: torch.cat([a.sin(), a.cos()], -1) * torch.arange(6).float()[:, None], (6, 4)),
    "addmm": of(lambda a, b, c: torch.addmm(a, b, c, beta=0.5, alpha=2.0), (3, 4), (3, 5), (5, 4)),
    "baddbmm": of(torch.baddbmm, (2, 3, 4), (2, 3, 5), (2, 5, 4)),
    "distances": of(lambda a, b: ((a[:, None] - b[None]) ** 2).sum(-1).sqrt(), (4, 3), (5, 3)),
    "half-resnet": in_half(resnet),
    "half-attention": in_half(attention),
    "half-conformer": in_half(lambda: Example(Conformer(), sequence())),
    "half-layer-norm": in_half(normed(nn.LayerNorm(8), 2, 3, 8)),
}
"""By name, what makes each."""
