"""A server that is typed into for hours: its memory stays, nothing is left behind, no request fails.

    python -m tests.trust.soak [--hours 8] [--seed N]          (make soak HOURS=8)

One server on its standard input and output has ten documents open.  They are typed in key by key (`typing_history.py`),
after each key it is asked what an editor asks, documents are closed and opened again, saved, formatted, renamed in and run,
and now and then another client starts a server of its own and dies.  Once a minute the server's memory is read, where it is
at rest; files, threads and children too.  Ends with 1 unless the memory of the last fifth is within 5 % of that of the fifth after the
warm-up (the first fifth).  Needs Linux.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import queue
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from ..server.talk import MODEL, Client, model_folder
from .typing_history import Edit, Text, history

OURS = Path(__file__).parents[2]
GROWTH = 0.05
SYMBOLIC = """\
version 1.0;
extension tract_registry tract_core;
extension tract_symbol S;

fragment step( a: tensor<scalar>, h: tensor<scalar> ) -> ( o: tensor<scalar> )
{
    t = tract_core_silu(a);
    o = t + h;
}

graph net( x ) -> ( y )
{
    x = tract_core_external(shape = [S, 4, 2 * S + 1], datum_type = 'f32');
    z = step(x, x);
    c = concat([z, x], axis = 1);
    m = mean_reduce(c, axes = [1]);
    y = reshape(m, shape = [S, -1]);
}
"""
EDITOR = {
    "textDocument": {
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "semanticTokens": {
            "requests": {"full": {"delta": True}}, "formats": ["relative"], "tokenTypes": ["variable", "function"],
            "tokenModifiers": [],
        },
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}}},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}  # fmt: skip
RUNNABLE = ("digits", "parity", "small")


@dataclass
class Sample:
    """The server at rest: minutes since its start, keys typed, MB of memory, open files, threads, children."""

    minutes: float
    keys: int
    memory: float
    files: int
    threads: int
    children: int

    def row(self) -> str:
        """A line of a table."""
        return f"| {self.minutes:.1f} | {self.keys:,} | {self.memory:.1f} | {self.files} | {self.threads} | {self.children} |"


HEADINGS = "| minutes | keys | MB | files | threads | children |\n|---|---|---|---|---|---|"


class Editor:
    """A person at an editor with one server."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.random, self.folder = random, folder
        self.graphs = models(folder)
        self.client = Client(EDITOR, {"trusted": True}, [folder])
        self.texts: dict[str, Text] = {}
        self.versions: Counter[str] = Counter()
        self.tokens: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self.began = time.monotonic()
        for graph in self.graphs:
            self.open(graph)

    # -- what the person does ----------------------------------------------------------------------------------------

    def session(self) -> None:
        """Some work in one document."""
        random, graph = self.random, self.random.choice(self.graphs)
        uri = graph.as_uri()
        text = self.texts[uri]
        for edit in history(random, text):
            self.key(uri, edit)
        work: list[Callable[[Path], None]] = [self.save, self.save, self.format, self.rename, self.look, self.reopen]
        random.choice(work)(graph)
        if graph.parent.name in RUNNABLE and random.random() < 0.1:
            self.run(graph)
        if random.random() < 0.004:
            self.reload()
        if random.random() < 0.004:
            self.die()

    def key(self, uri: str, edit: Edit) -> None:
        """One key (the text has it already), and what an editor asks after it."""
        text, random = self.texts[uri].text, self.random
        start, end, new = edit
        # the places are those of the text before the edit, in which only what it removed was other
        before = self.before[uri]
        self.before[uri] = text
        self.versions[uri] += 1
        change = {"range": {"start": _at(before, start), "end": _at(before, end)}, "text": new}
        document = {"uri": uri, "version": self.versions[uri]}
        self.client.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        self.counts["keys"] += 1
        place = _at(text, start + len(new))
        span = {"start": {"line": max(0, place["line"] - 30), "character": 0},
                "end": {"line": place["line"] + 30, "character": 0}}  # fmt: skip
        asked: list[tuple[str, dict[str, Any]]] = []
        if new.isalpha() and len(new) == 1:
            asked.append(("completion", {"position": place}))
        if new in ("(", ","):
            asked.append(("signatureHelp", {"position": place}))
        asked += [("documentSymbol", {}), ("semanticTokens/full/delta", {"previousResultId": self.tokens.get(uri, "")}),
                  ("foldingRange", {}), ("codeLens", {}), ("documentLink", {}), ("inlayHint", {"range": span}),
                  ("codeAction", {"range": {"start": place, "end": place}, "context": {"diagnostics": []}}),
                  ("documentHighlight", {"position": place})]  # fmt: skip
        if random.random() < 0.1:
            asked.append(("hover", {"position": place}))
        self.ask(uri, asked)
        self.drain()

    def ask(self, uri: str, asked: list[tuple[str, dict[str, Any]]]) -> list[Any]:
        """All at once, as editors do; the answers."""
        numbers = [
            self.client.begin(f"textDocument/{method}", {"textDocument": {"uri": uri}, **params})
            for method, params in asked
        ]
        answers = []
        for (method, _), number in zip(asked, numbers):
            answer = self.client.answer(number, 120)
            del self.client.answers[number]
            self.counts["requests"] += 1
            if "error" in answer and answer["error"]["code"] not in (-32602, -32800, -32801, -32803):
                raise AssertionError(f"{method}: {answer['error']}")
            result = answer.get("result")
            if method == "semanticTokens/full/delta" and isinstance(result, dict):
                self.tokens[uri] = result.get("resultId", "")
            answers.append(result)
        return answers

    def command(self, method: str, params: Any) -> Any:
        """The answer to one request that is not about a document's text."""
        number = self.client.begin(method, params)
        answer = self.client.answer(number, 120)
        del self.client.answers[number]
        assert "error" not in answer, (method, answer["error"])
        self.counts["requests"] += 1
        return answer["result"]

    def open(self, graph: Path) -> None:
        uri = self.client.open(graph)
        self.texts[uri] = Text(graph.read_text(encoding="utf-8"))
        self.before = {**getattr(self, "before", {}), uri: self.texts[uri].text}
        self.versions[uri] = 1
        self.counts["opened"] += 1

    def reopen(self, graph: Path) -> None:
        self.client.tell("textDocument/didClose", {"textDocument": {"uri": graph.as_uri()}})
        self.open(graph)

    def reload(self) -> None:
        """All at once, as a window that is loaded anew."""
        for graph in self.graphs:
            self.reopen(graph)
        self.counts["reloads"] += 1

    def save(self, graph: Path) -> None:
        graph.write_text(self.texts[graph.as_uri()].text, encoding="utf-8")
        self.client.tell("textDocument/didSave", {"textDocument": {"uri": graph.as_uri()}})
        changed = [{"uri": graph.as_uri(), "type": 2}]
        self.client.tell("workspace/didChangeWatchedFiles", {"changes": changed})
        self.counts["saves"] += 1

    def format(self, graph: Path) -> None:
        self.ask(graph.as_uri(), [("formatting", {"options": {"tabSize": 4, "insertSpaces": True}})])
        self.counts["formats"] += 1

    def rename(self, graph: Path) -> None:
        """There and back; the names are those of what the server answers."""
        uri = graph.as_uri()
        text = self.texts[uri]
        at = text.text.find("\n    ", text.text.find("graph ")) + 5
        for name in ("renamed_by_hand", "again"):
            (answer,) = self.ask(uri, [("rename", {"position": _at(text.text, at), "newName": name})])
            for edit in sorted(_edits_of(answer, uri, text.text), reverse=True):
                self.key(uri, text.apply(edit))
        for edit in text.undone():
            self.key(uri, edit)
        self.counts["renames"] += 1

    def look(self, graph: Path) -> None:
        """At what else there is of a graph."""
        uri = graph.as_uri()
        self.command("workspace/symbol", {"query": self.random.choice(["", "conv", "x"])})
        self.command("workspace/textDocumentContent", {"uri": uri.replace("file:", "nnef-flat:")})
        self.command("workspace/textDocumentContent", {"uri": uri.replace("file:", "nnef-report:") + ".md"})
        self.counts["looks"] += 1

    def run(self, graph: Path) -> None:
        arguments = [{"uri": graph.as_uri(), "show": False}]
        self.command("workspace/executeCommand", {"command": "nnef.runGraph", "arguments": arguments})
        self.counts["runs"] += 1

    def die(self) -> None:
        """Another client with a server of its own, which it does not say farewell to."""
        other = Client(EDITOR, {"trusted": True}, [self.folder])
        uri = other.open(self.random.choice(self.graphs))
        other.about("documentSymbol", uri)
        for stream in (other.process.stdin, other.process.stdout):
            assert stream is not None
            stream.close()
        try:
            other.process.wait(20)
        except subprocess.TimeoutExpired:
            raise AssertionError("a server outlived its client by 20 s") from None
        self.counts["clients died"] += 1

    def drain(self) -> None:
        """Notifications are read and forgotten; what the server logs is an error."""
        while True:
            try:
                self.client.notes.get_nowait()
            except queue.Empty:
                break
        self.client.answered.clear()
        self.client.progress.clear()
        assert not self.client.errors, self.client.errors

    # -- what is measured ----------------------------------------------------------------------------------------

    def sample(self) -> Sample:
        """The server once all it was asked is answered and it had a moment."""
        time.sleep(0.5)
        process = self.client.process.pid
        status = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        return Sample(
            (time.monotonic() - self.began) / 60,
            self.counts["keys"],
            int(status["VmRSS"].split()[0]) / 1024,
            len(os.listdir(f"/proc/{process}/fd")),
            int(status["Threads"]),
            len(children),
        )


def models(folder: Path) -> list[Path]:
    """Ten models, small and large, of both dialects, with weights and without."""
    for name in ("digits", "parity"):
        shutil.copytree(OURS / "examples" / name, folder / name)
    model_folder(folder / "small", MODEL)
    spec = importlib.util.spec_from_file_location("graphs", OURS / "benchmarks" / "graphs.py")
    assert spec is not None and spec.loader is not None
    graphs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(graphs)
    texts = {
        "symbolic": SYMBOLIC,
        "symbolic2": SYMBOLIC.replace("S", "T"),
        "empty": "version 1.0;\n\ngraph g( x ) -> ( y )\n{\n}\n",
    }
    texts.update({f"chain{size}": graphs.graph(size, seed=size) for size in (30, 100, 400, 1500)})
    for name, text in texts.items():
        (folder / name).mkdir()
        (folder / name / "graph.nnef").write_text(text, encoding="utf-8")
    return sorted(folder.glob("*/graph.nnef"))


def _at(text: str, offset: int) -> dict[str, int]:
    """A place in UTF-16."""
    start = text.rfind("\n", 0, offset) + 1
    return {"line": text.count("\n", 0, offset), "character": len(text[start:offset].encode("utf-16-le")) // 2}


def _edits_of(answer: Any, uri: str, text: str) -> list[Edit]:
    """What a rename changes in one document."""
    changed = [one for one in (answer or {}).get("documentChanges", ()) if "textDocument" in one]
    found = []
    for edit in [edit for one in changed if one["textDocument"]["uri"] == uri for edit in one["edits"]]:
        start, end = (_offset(text, edit["range"][which]) for which in ("start", "end"))
        found.append((start, end, edit["newText"]))
    return found


def _offset(text: str, place: dict[str, int]) -> int:
    lines = text.split("\n")
    line = lines[place["line"]].encode("utf-16-le")[: 2 * place["character"]].decode("utf-16-le")
    return sum(len(before) + 1 for before in lines[: place["line"]]) + len(line)


def growth(samples: list[Sample]) -> float:
    """How much more memory the last fifth has than the one behind the warm-up, as a share."""
    fifth = max(1, len(samples) // 5)
    first, last = samples[fifth : 2 * fifth], samples[-fifth:]
    begin = statistics.median(sample.memory for sample in first)
    return statistics.median(sample.memory for sample in last) / begin - 1


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=8)
    parser.add_argument("--seed", type=int, default=None, help="a fresh one if none is given")
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else Random().randrange(2**32)
    print(f"seed {seed}\n\n{HEADINGS}", flush=True)
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory() as folder:
        editor = Editor(Path(folder), Random(seed))
        every = min(60.0, arguments.hours * 3600 / 30)
        due = every
        while time.monotonic() - editor.began < arguments.hours * 3600:
            editor.session()
            if time.monotonic() - editor.began > due:
                due += every
                samples.append(editor.sample())
                print(samples[-1].row(), flush=True)
        status = editor.client.close()
    print("\n" + ", ".join(f"{count:,} {name}" for name, count in editor.counts.items()))
    grown = growth(samples)
    print(
        f"memory after the warm-up: {grown:+.1%}; most children at rest: {max(sample.children for sample in samples)}"
    )
    return 0 if status == 0 and grown <= GROWTH and not samples[-1].children else 1


if __name__ == "__main__":
    sys.exit(main())
