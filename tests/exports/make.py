"""Make fresh models with today's exporters, in an environment of their own.

    python -m tests.exports.make FOLDER [NAME...]     # names may be prefixes: n-unet t-llama

FOLDER must lie outside of the repository.  The first time it takes a few minutes to install torch, transformers,
torch_to_nnef, tract and onnx into FOLDER/environment; then some 5 s for each of 220 models, of which those that are there
are not made again.  What comes out is described in `exporting.py`, and judged by `judge.py`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = [
    "torch==2.13.0", "transformers==5.24.0", "torch_to_nnef==0.24.12", "tract==0.23.9", "onnx==1.23.2", "onnxscript==0.7.2",
]  # fmt: skip


def main() -> int:
    """Install what is missing, then export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    if folder.is_relative_to(ROOT):
        parser.error(f"{folder} lies in the repository")
    python = environment(folder / "environment")
    command = [str(python), "-m", "tests.exports.exporting", str(folder), *arguments.names]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "HF_HUB_OFFLINE": "1"}).returncode


def environment(folder: Path) -> Path:
    """The interpreter of an environment with the packages; installed if its list is not this one."""
    python, stamp = folder / "bin" / "python", folder / "packages.txt"
    if not stamp.exists() or stamp.read_text().split() != PACKAGES:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        # torch_to_nnef asks tract's command line for its version, and would download it: this is the answer.
        tool = folder / "bin" / "tract-version"
        tool.write_text("#!/bin/sh\necho tract 0.23.9\n")
        tool.chmod(0o755)
        stamp.write_text("\n".join(PACKAGES))
    return python


if __name__ == "__main__":
    sys.exit(main())
