"""Trains the network of graph.nnef and writes everything beside it that is not text.

    pip install scikit-learn nnef-lsp
    python examples/digits/train.py             # about a minute on one core

Only the images come from scikit-learn (`load_digits`: the test part of UCI's "Optical Recognition of Handwritten
Digits", BSD); the network, its gradients and the optimiser are the numpy code below.  The seed is fixed, so that the
same versions of numpy and BLAS give the same weights again.
"""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SEED, EPOCHS, BATCH, RATE, DECAY = 7, 60, 32, 2e-3, 1e-3
HELD_BACK = 360
MEAN, DEVIATION = 0.3, 0.38
LAYERS = {"conv1": (12, 1, 3, 3), "conv2": (24, 12, 3, 3), "conv3": (32, 24, 3, 3), "classifier": (10, 128)}


# ---- The network: each layer gives its result and a function from the result's gradient to its input's


def conv_block(x, weights, name, gradients):
    """3x3 convolution with one pixel of zeros around, then max(x, 0)."""
    filter, bias = weights[f"{name}/filter"], weights[f"{name}/bias"]
    batch, channels, height, width = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    columns = windows.transpose(0, 2, 3, 1, 4, 5).reshape(batch * height * width, channels * 9)
    rows = columns @ filter.reshape(len(filter), -1).T + bias
    active = rows > 0
    output = (rows * active).reshape(batch, height, width, -1).transpose(0, 3, 1, 2)

    def backward(gradient):
        flat = gradient.transpose(0, 2, 3, 1).reshape(rows.shape) * active
        gradients[f"{name}/filter"] = (flat.T @ columns).reshape(filter.shape)
        gradients[f"{name}/bias"] = flat.sum(axis=0, keepdims=True)
        spread = (flat @ filter.reshape(len(filter), -1)).reshape(batch, height, width, channels, 3, 3)
        result = np.zeros_like(padded)
        for i in range(3):
            for j in range(3):
                result[:, :, i : i + height, j : j + width] += spread[..., i, j].transpose(0, 3, 1, 2)
        return result[:, :, 1:-1, 1:-1]

    return output, backward


def halve(x):
    """The largest of every 2x2 pixels; the gradient goes to the first of them."""
    batch, channels, height, width = x.shape
    cells = x.reshape(batch, channels, height // 2, 2, width // 2, 2).transpose(0, 1, 2, 4, 3, 5)
    cells = cells.reshape(batch, channels, height // 2, width // 2, 4)
    place = cells.argmax(axis=-1)[..., None]

    def backward(gradient):
        spread = np.zeros_like(cells)
        np.put_along_axis(spread, place, gradient[..., None], axis=-1)
        spread = spread.reshape(batch, channels, height // 2, width // 2, 2, 2).transpose(0, 1, 2, 4, 3, 5)
        return spread.reshape(x.shape)

    return np.take_along_axis(cells, place, axis=-1)[..., 0], backward


def classifier(x, weights, gradients):
    """Scores of the classes as probabilities; `backward` starts from the gradient of the scores."""
    flat = x.reshape(len(x), -1)
    filter, bias = weights["classifier/filter"], weights["classifier/bias"]
    scores = flat @ filter.T + bias
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))

    def backward(gradient):
        gradients["classifier/filter"] = gradient.T @ flat
        gradients["classifier/bias"] = gradient.sum(axis=0, keepdims=True)
        return (gradient @ filter).reshape(x.shape)

    return powers / powers.sum(axis=1, keepdims=True), backward


def forward(images, weights, gradients):
    """Probabilities, and the layers' ways back in order."""
    ways = []
    x = (images - MEAN) / DEVIATION
    for layer in ("conv1", "conv2", "halve", "conv3", "halve"):
        x, way = halve(x) if layer == "halve" else conv_block(x, weights, layer, gradients)
        ways.append(way)
    x, way = classifier(x, weights, gradients)
    return x, [*ways, way]


# ---- Training: Adam on the cross entropy, images moved by up to one pixel


def train(images, labels, random):
    weights = {}
    for name, shape in LAYERS.items():
        spread = np.sqrt(2 / np.prod(shape[1:]))
        weights[f"{name}/filter"] = (random.standard_normal(shape) * spread).astype(np.float32)
        weights[f"{name}/bias"] = np.zeros((1, shape[0]), np.float32)
    first = {key: np.zeros_like(array) for key, array in weights.items()}
    second = {key: np.zeros_like(array) for key, array in weights.items()}
    steps = -(-len(images) // BATCH) * EPOCHS
    step = 0
    for epoch in range(EPOCHS):
        order, total = random.permutation(len(images)), 0.0
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            gradients = {}
            output, ways = forward(moved(images[chosen], random), weights, gradients)
            total -= np.log(output[np.arange(len(chosen)), labels[chosen]] + 1e-12).sum()
            gradient = output.copy()
            gradient[np.arange(len(chosen)), labels[chosen]] -= 1
            gradient /= len(chosen)
            for way in reversed(ways):
                gradient = way(gradient)
            step += 1
            rate = RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
            for key, found in gradients.items():
                first[key] += 0.1 * (found - first[key])
                second[key] += 0.001 * (found * found - second[key])
                scaled = np.sqrt(second[key] / (1 - 0.999**step)) + 1e-8
                weights[key] *= 1 - rate * DECAY
                weights[key] -= (rate * first[key] / (1 - 0.9**step) / scaled).astype(np.float32)
        if epoch % 10 == 9:
            print(f"epoch {epoch + 1}: loss {total / len(order):.4f}")
    return weights


def moved(images, random):
    """The images, each shifted by -1, 0 or 1 pixels in both directions."""
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    places = random.integers(0, 3, (len(images), 2))
    return np.stack([padded[n, :, y : y + 8, x : x + 8] for n, (y, x) in enumerate(places)])


# ---- Writing


def write_png(path, pixels):
    """An 8-bit gray picture."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    height, width = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def write_all(weights, images, labels):
    """Weights, samples and expectations; the expected outputs are computed here in float64, not by nnef-lsp."""
    from nnef_lsp.archive import write_tensor

    for label, array in weights.items():
        write_tensor(HERE / f"{label}.dat", array.astype(np.float32))
    (HERE / "labels.txt").write_text("".join(f"{digit}\n" for digit in range(10)))
    exact = {key: array.astype(np.float64) for key, array in weights.items()}
    found, _ = forward(images.astype(np.float64), exact, {})
    accuracy = float((found.argmax(axis=1) == labels).mean())
    print(f"accuracy on {len(images)} held-back images: {accuracy:.4f}")
    samples = HERE / "samples"
    samples.mkdir(exist_ok=True)
    expected = {}
    for digit in range(10):
        index = int(np.flatnonzero(labels == digit)[0])
        write_png(samples / f"{digit}.png", np.round(images[index, 0] * 255).astype(np.uint8))
        if digit in (3, 8):
            np.save(samples / f"{digit}.npy", images[index : index + 1])
        expected[f"samples/{digit}.png"] = {"class": digit, "probability": round(float(found[index].max()), 3)}
    (HERE / "expected.json").write_text(
        json.dumps({"accuracy": round(accuracy, 4), "samples": expected}, indent=1) + "\n"
    )
    index = int(np.flatnonzero(labels == 3)[0])
    np.savez_compressed(
        HERE / "io.npz", image=images[index : index + 1], probabilities=found[index : index + 1].astype(np.float32)
    )
    np.savez_compressed(
        HERE / "held_back.npz", images=np.round(images[:, 0] * 16).astype(np.uint8), labels=labels.astype(np.uint8)
    )


def main():
    from sklearn.datasets import load_digits

    random = np.random.default_rng(SEED)
    digits = load_digits()
    order = random.permutation(len(digits.images))
    images = (digits.images[order, None] / 16).astype(np.float32)
    labels = digits.target[order]
    weights = train(images[HELD_BACK:], labels[HELD_BACK:], random)
    write_all(weights, images[:HELD_BACK], labels[:HELD_BACK])


if __name__ == "__main__":
    main()
