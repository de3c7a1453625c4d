"""Compare many random models with tract, and count the differences by kind.

python -m tests.tract.differential.run --models 20000 --file counts.json [--seed 0] [--only conv,slice] [--show 1]
"""

from __future__ import annotations

import argparse
import collections
import sys
import traceback
from random import Random

from ...fuzz.campaign import Record
from ...fuzz.opinions import Difference as Told
from . import families_tract  # noqa: F401  registers its own
from .compare import Difference, differences
from .explained import explained
from .families import FAMILIES, model
from .making import Case
from .oracle import Tract


def main() -> int:
    """Run; exit status 1 if a difference is not explained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--file", default="", help="where counts are kept; the same file goes on where it was")
    parser.add_argument("--only", default="")
    parser.add_argument("--show", type=int, default=1, help="models to show of each difference that is not explained")
    parser.add_argument("--python", default=sys.executable, help="an interpreter that has tract")
    parser.add_argument("--told", action="store_true", help="only print what the file has")
    parser.add_argument(
        "--again", action="store_true", help="ask anew about models whose differences were not explained"
    )
    arguments = parser.parse_args()
    wanted = [name for name in FAMILIES if not arguments.only or name in arguments.only.split(",")]
    record = Record(arguments.file, arguments.seed)
    tract = Tract(arguments.python)
    counts: collections.Counter[str] = collections.Counter()

    def ask(index: int) -> tuple[str, list[Told]]:
        case = model(Random(f"{arguments.seed} {index}"), wanted[index % len(wanted)])
        return case.text, told(case, tract, counts)

    if arguments.again:
        record.again(ask)
    for index in range(record.state["done"], 0 if arguments.told else arguments.models):
        record.add(index, *ask(index))
        if (index + 1) % 100 == 0 or index + 1 == arguments.models:
            record.save(index + 1, counts)
    tract.close()
    return 1 if record.told(arguments.show) else 0


def told(case: Case, tract: Tract, counts: collections.Counter[str]) -> list[Told]:
    """The differences over a model, each with its reason; an exception is a difference too."""
    try:
        listed = differences(case, tract, counts=counts)
    except Exception as error:
        listed = [Difference("crash", case.about, f"{type(error).__name__}: {error} {traceback.format_exc()[-300:]}")]
    lines = [(f"{item.kind}: {item.about}: {item.what}", item.detail) for item in listed]
    return [Told(line, "\n".join([*shown(case), detail]), explained(line, case.text)) for line, detail in lines]


def shown(case: Case) -> list[str]:
    """The lines of a model that differ from model to model."""
    own = case.text.partition("symbol T;")[2].strip()
    return (own if own.startswith("fragment") else own.partition("{\n")[2]).rpartition("}")[0].splitlines()


if __name__ == "__main__":
    sys.exit(main())
