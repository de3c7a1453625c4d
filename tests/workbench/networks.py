"""Well-known networks as readable NNEF, of any width."""

from __future__ import annotations


class _Network:
    """Statements of a graph, and the channels of what it has so far."""

    def __init__(self, size: int) -> None:
        self.lines = [f"x = external(shape = [1, 3, {size}, {size}]);"]
        self.channels = {"x": 3}

    def layer(self, name: str, source: str, count: int, size: int, stride: int = 1, deep: bool = False) -> str:
        """Convolution and batch normalization; `deep`: one filter for each channel."""
        depth = 1 if deep else self.channels[source]
        pad = size // 2
        parameters = ", ".join(f"{kind} = {name}_{kind}" for kind in ("mean", "variance", "offset", "scale"))
        self.lines += [
            "",
            f"{name}_filter = variable(shape = [{count}, {depth}, {size}, {size}], label = '{name}/filter');",
            f"{name}_conv = conv(x, {name}_filter, ".replace("(x", f"({source}")
            + f"padding = [({pad}, {pad}), ({pad}, {pad})], stride = [{stride}, {stride}]{', groups = 0' if deep else ''});",
        ]
        for kind in ("mean", "variance", "offset", "scale"):
            label = "var" if kind == "variance" else kind
            self.lines.append(f"{name}_{kind} = variable(shape = [1, {count}], label = '{name}/{label}');")
        self.lines.append(f"{name} = batch_normalization({name}_conv, {parameters}, epsilon = 1e-5);")
        self.channels[name] = count
        return name

    def do(self, name: str, text: str, like: str) -> str:
        self.lines.append(f"{name} = {text};")
        self.channels[name] = self.channels[like]
        return name

    def end(self, source: str, classes: int) -> str:
        channels = self.channels[source]
        self.lines += [
            "",
            f"pooled = mean_reduce({source}, axes = [2, 3]);",
            f"flat = reshape(pooled, shape = [0, {channels}]);",
            f"classes_filter = variable(shape = [{classes}, {channels}], label = 'classes/filter');",
            f"classes_bias = variable(shape = [1, {classes}], label = 'classes/bias');",
            "y = linear(flat, classes_filter, classes_bias);",
        ]
        body = "\n".join(f"    {line}" if line else "" for line in self.lines)
        return f"version 1.0;\n\ngraph net( x ) -> ( y )\n{{\n{body}\n}}\n"


def resnet18(width: int = 64, size: int = 224, classes: int = 1000) -> str:
    """ResNet-18."""
    net = _Network(size)
    h = net.do("stem_relu", "relu(stem)", net.layer("stem", "x", width, 7, 2))
    h = net.do(
        "stem_pool",
        "max_pool(stem_relu, size = [1, 1, 3, 3], stride = [1, 1, 2, 2], border = 'ignore', "
        "padding = [(0, 0), (0, 0), (1, 1), (1, 1)])",
        h,
    )
    for stage, factor in enumerate((1, 2, 4, 8), 1):
        for block in range(2):
            name, stride = f"s{stage}b{block}", 2 if stage > 1 and block == 0 else 1
            short = net.layer(f"{name}_short", h, width * factor, 1, stride) if stride == 2 else h
            a = net.do(f"{name}_r1", f"relu({name}_a)", net.layer(f"{name}_a", h, width * factor, 3, stride))
            b = net.layer(f"{name}_b", a, width * factor, 3)
            net.do(f"{name}_sum", f"add({b}, {short})", b)
            h = net.do(f"{name}_r2", f"relu({name}_sum)", b)
    return net.end(h, classes)


def mobilenet(width: int = 32, size: int = 224, classes: int = 1000) -> str:
    """MobileNet v1."""
    net = _Network(size)
    h = net.do("stem_relu", "relu(stem)", net.layer("stem", "x", width, 3, 2))
    plan = [(2, 1), (4, 2), (4, 1), (8, 2), (8, 1), (16, 2), *[(16, 1)] * 5, (32, 2), (32, 1)]
    for number, (factor, stride) in enumerate(plan):
        a = net.layer(f"d{number}", h, net.channels[h], 3, stride, deep=True)
        a = net.do(f"d{number}_relu", f"relu({a})", a)
        b = net.layer(f"p{number}", a, width * factor, 1)
        h = net.do(f"p{number}_relu", f"relu({b})", b)
    return net.end(h, classes)
