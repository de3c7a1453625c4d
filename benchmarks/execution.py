"""Our executor against other engines, side by side in one run: compare the ratios, not the milliseconds.

    python benchmarks/execution.py                          # all networks, one thread; tract, onnxruntime if installed
    python benchmarks/execution.py --networks resnet50 --threads 2 --engines numpy,tract,nnef-tools

Each round runs every engine once, so that a busy machine troubles all alike; the median of the ratios of the rounds is
shown.  Each engine is then started once more in a process of its own, which tells its time to load and its peak memory.
Errors are those of the last layer before softmax, of its largest value.  (tract's box, and so its local response
normalization, ignores a window over channels; hence 2e-3 for AlexNet and GoogLeNet.)
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from time import perf_counter
from typing import Any

from execution_exports import EXPORTS
from execution_networks import NETWORKS as PUBLISHED  # before numpy: see runtime/execution/blas.py

from nnef_lsp.archive import open_model
from nnef_lsp.model.flattening.flat_graph import tensor_names
from nnef_lsp.runtime.engines import Engine, EngineRun, engines
from nnef_lsp.runtime.engines.flat_text import write_model
from nnef_lsp.runtime.errors import RunError
from nnef_lsp.runtime.inputs.sources import read_input
from nnef_lsp.runtime.inputs.weights import model_weights, random_weights
from nnef_lsp.runtime.planning.plan import make_plan
from nnef_lsp.runtime.process.peak_memory import peak_memory
from nnef_lsp.runtime.summary import difference

NETWORKS = {**PUBLISHED, **EXPORTS}
BARS = {
    "alexnet": 1.0,
    "googlenet": 1.0,
    "resnet50": 1.0,
    "vgg16": 1.0,
    "mobilenet": 2.0,
    "transformer": 2.0,
    "encoder": 2.0,
    "efficientnet": 2.0,
}
"""Issue 4: our time over tract's, one thread."""
ONNX_BARS = {"alexnet": 1.6, "googlenet": 1.6, "resnet50": 1.6, "vgg16": 1.6}
ENGINES: dict[str, Engine] = engines()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", default=",".join(NETWORKS))
    parser.add_argument("--engines", default="numpy,tract,onnxruntime")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "FOLDER"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        engine, folder = args.one
        print(json.dumps(alone(args.networks, engine, folder, args.threads)))
        return
    names = [name for name in args.engines.split(",") if ENGINES[name].missing() is None]
    for network in args.networks.split(","):
        with tempfile.TemporaryDirectory() as folder:
            compare(network, names, args.threads, args.rounds, folder)


def compare(network: str, names: list[str], threads: int, rounds: int, folder: str) -> None:
    graph = NETWORKS[network]()
    write_model(make_plan(graph), random_weights(graph, 1), folder)
    logits = tensor_names(graph.invocations[-1].inputs)[0]
    job = job_of(network, folder, threads, keep=(logits,))
    times: dict[str, list[float]] = {}
    runs = {}
    for name in names:
        try:
            runs[name] = ENGINES[name].load(job)
        except RunError as error:
            print(f"{network}: {error.message}")
    results = {name: run.run(job.inputs).tensors[logits] for name, run in runs.items()}
    for _ in range(rounds):
        for name, run in runs.items():
            started = perf_counter()
            run.run(job.inputs)
            times.setdefault(name, []).append(perf_counter() - started)
    del runs
    report(network, job, times, results, folder, threads)


def report(network: str, job: EngineRun, times: Any, results: Any, folder: str, threads: int) -> None:
    plan, ours = job.plan, times["numpy"]
    print(
        f"\n{network}: {(plan.macs or 0) / 1e9:.2f} GMAC, liveness {(plan.peak_bytes or 0) / 1e6:.1f} MB, {threads} thread(s)"
    )
    for name, seconds in times.items():
        fresh = subprocess.run(
            [sys.executable, __file__, "--networks", network, "--threads", str(threads), "--one", name, folder],
            capture_output=True, text=True, check=True, env=environment(threads),
        )  # fmt: skip
        cold = json.loads(fresh.stdout)
        error = difference(results["numpy"], results[name])["max_abs_error"] / float(abs(results[name]).max())
        line = f"  {name:<12} {statistics.median(seconds) * 1e3:7.1f} ms  load {cold['load']:.2f} s  "
        line += f"process {cold['peak'] / 1e6:6.0f} MB"
        if cold["activations"]:
            line += f"  activations {cold['activations'] / 1e6:.1f} MB ({cold['activations'] / (plan.peak_bytes or 1):.2f} of liveness)"
        if name != "numpy":
            ratio = statistics.median(a / b for a, b in zip(ours, seconds, strict=True))
            line += f"  ours / {name} = {ratio:.2f}  (error {error:.1e})"
            bar = {"tract": BARS, "onnxruntime": ONNX_BARS}.get(name, {}).get(network)
            if bar is not None and threads == 1:
                line += "  ok" if ratio <= bar else f"  ABOVE THE BAR of {bar}"
        print(line, flush=True)


def job_of(network: str, folder: str, threads: int, keep: tuple[str, ...] = ()) -> EngineRun:
    graph = NETWORKS[network]()
    inputs = {"input": read_input("input", "random:1", graph.tensors["input"])}
    return EngineRun(make_plan(graph, keep), inputs, model_weights(open_model(folder)), threads=threads, model=folder)


def alone(network: str, engine: str, folder: str, threads: int) -> dict[str, Any]:
    """In a process of its own: seconds to load, activations, peak of the process."""
    job = job_of(network, folder, threads)
    started = perf_counter()
    prepared = ENGINES[engine].load(job)
    load = perf_counter() - started
    result = prepared.run(job.inputs)
    return {"load": load, "activations": result.peak_bytes, "peak": peak_memory() or 0}


def environment(threads: int) -> dict[str, str]:
    return {**os.environ, **{f"{name}_NUM_THREADS": str(threads) for name in ("OPENBLAS", "OMP", "MKL")}}


if __name__ == "__main__":
    main()
