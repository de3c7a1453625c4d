"""What the server knows while it runs: open documents, the client's abilities, settings.

A document's text lives in its `Source`; edits reach it at once, and its analysis at the latest when somebody asks.

Not here: when edits come and diagnostics go (`updates.py`), positions (`convert.py`).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from pygls.uris import to_fs_path

from ..json_data import JsonObject
from .custom_operations import CustomOperations
from .memory import Remembered
from .settings import Settings
from .workspace_index import WorkspaceIndex

if TYPE_CHECKING:
    from ..model.analysis.analysis import Analysis
    from ..model.operations.dialect import Dialect
    from ..model.quantization.analysis import QuantAnalysis, Quantizations
    from ..project.model_files import ModelWeights
    from ..syntax.source import Change, Source
    from ..syntax.tokens import Language

ARCHIVE_SCHEME, INSIDE = "nnef-archive:", "/!/"
PATIENCE = 250
"""Statements that an edit may make the analysis look at again before the editor hears of it: 2 ms."""


class Session:
    """Open documents and everything that holds for all of them."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.adopted: dict[str, Document] = {}
        """Documents that were analysed before the server was loaded, until the client's message about them is read again."""
        self.settings = Settings()
        self.dialects: dict[str, str | None] = {}
        """Dialects that the user has chosen for single documents, by URI."""
        self.trusted = True
        """Whether graphs may run: the user's word alone, so it is none of the settings."""
        self.custom = CustomOperations()
        self.encoding = "utf-16"
        self.index = WorkspaceIndex()
        """What all graphs of the workspace define."""
        self.abilities: Any = None
        """The client's capabilities."""
        self.latest: str | None = None
        """The URI of the document that the client last edited or asked about."""

    def latest_graph(self) -> Document | None:
        """The graph that a person is at, as far as the client's messages tell."""
        document = self.documents.get(self.latest or "")
        if document is None:
            graphs = [other for other in self.documents.values() if other.language == "graph"]
            return graphs[0] if len(graphs) == 1 else None
        return document if document.language == "graph" else self.beside(document, "graph")

    def beside(self, document: Document, language: Language) -> Document | None:
        """The open document of the other language in the same folder."""
        folder = document.uri.rsplit("/", 1)[0]
        for other in self.documents.values():
            if other.language == language and other.uri.rsplit("/", 1)[0] == folder:
                return other
        return None

    def edited_quantization(self, model: str) -> str | None:
        """The text of graph.quant of the model at a path as the editor has it, None if it is not open."""
        for document in self.documents.values():
            if document.language == "quant" and document.model_path is not None:
                if os.path.abspath(document.model_path) == os.path.abspath(model):
                    return document.source.text
        return None


class Document:
    """One open document."""

    def __init__(self, session: Session, uri: str, text: str, version: int | None) -> None:
        from ..syntax.source import Source

        self.session = session
        self.uri = uri
        self.version = version
        self.language: Language = "quant" if uri.endswith(".quant") else "graph"
        self.source: Source = Source(text, self.language)
        self.weights: ModelWeights | None = None
        self.published: list[JsonObject] | None = None
        self.memory: Remembered = {}
        """What features remember of this document; emptied by every edit."""
        self.kept: dict[str, Any] = {}
        """What features keep of parts of this document, each by its own account of what these depend on."""
        self.weights_cards: dict[str, str] = {}
        """Descriptions of data files, until a file changes."""
        self.tokens: dict[str, list[tuple[tuple[int, ...], list[int]]]] = {}
        """The semantic tokens that the client has, by the name of that answer."""
        self.files: dict[str, Any] = {}
        """What is known of files beside the document, until one changes."""
        self._quantization: QuantAnalysis | None = None
        self._analysis: Analysis | None = None
        self._pending: list[Change] = []

    @property
    def path(self) -> str | None:
        """The file, if the document is one (or the archive that it lies in)."""
        address = unquote(self.uri)  # VS Code writes the mark as %21
        if address.startswith(ARCHIVE_SCHEME) and INSIDE in address:
            return to_fs_path("file://" + quote(address[len(ARCHIVE_SCHEME) :].split(INSIDE)[0]))
        return to_fs_path(self.uri) if self.uri.startswith("file:") else None

    @property
    def model_path(self) -> str | None:
        """The folder or archive that the document is the graph of."""
        if self.path is None or self.uri.startswith(ARCHIVE_SCHEME):
            return self.path
        return os.path.dirname(self.path)

    @property
    def analysis(self) -> Analysis:
        """The analysis of the text as it is now."""
        analysis = self.prompt_analysis
        analysis.finish()
        return analysis

    @property
    def prompt_analysis(self) -> Analysis:
        """The same as soon as possible: far below an edit the facts may be those from before it."""
        if self._analysis is None:
            self._pending.clear()
            self._analysis = self._analysed()
        elif self._pending:
            self._follow()
        return self._analysis

    @property
    def quantization(self) -> QuantAnalysis:
        """The analysis of a quantization file against the graph beside it, as it is now."""
        from ..model.quantization.analysis import QuantAnalysis

        other = self.session.beside(self, "graph")
        graph = other.analysis if other is not None else self._graph_file()
        if self._quantization is None or self._quantization.graph is not graph:
            self._quantization = QuantAnalysis(self.source, graph)
        return self._quantization

    @property
    def quantizations(self) -> Quantizations:
        """How graph.quant beside a graph quantizes its tensors, whether it is open or not."""
        from ..model.quantization.analysis import quantizations, quantizations_of

        other = self.session.beside(self, "quant")
        if other is not None:
            return quantizations(other.quantization)
        if "quant" not in self.files:
            text = self.weights.quantization() if self.weights is not None else None
            self.files["quant"] = {} if text is None else quantizations_of(text, self.analysis)
        found: Quantizations = self.files["quant"]
        return found

    def _graph_file(self) -> Analysis | None:
        """The analysis of the graph beside a quantization file, when nobody has it open."""
        if "graph" not in self.files and self.model_path is not None:
            from ..archive import ArchiveError, open_model
            from ..model.analysis.analysis import Analysis
            from ..syntax.source import Source

            self.files["graph"] = None
            try:
                text = open_model(self.model_path).graph_text()
                self.files["graph"] = Analysis(Source(text), self.chosen_dialect, self._weights(), **self._around(text))
            except ArchiveError:
                pass
        found: Analysis | None = self.files.get("graph")
        return found

    def uses(self, file: str) -> bool:
        """Whether a file is, or has been, one of the libraries of the project that the document belongs to."""
        from ..project.configuration import settings_for

        if self.path is None or self.language != "graph":
            return False
        known = self._analysis.libraries.values() if self._analysis is not None else ()
        now = settings_for(self.path).libraries
        return any(str(library) == file for library in now) or any(each.registry == file for each in known)

    @property
    def asks_python(self) -> bool:
        """Whether shapes depend on rules in Python, or would if these might run."""
        graph = self._analysis if self.language == "graph" else self.files.get("graph")
        return graph is not None and (graph.custom.python is not None or bool(graph.custom.withheld))

    @property
    def is_unfinished(self) -> bool:
        """Whether some facts are those from before the last edits."""
        return self._analysis is not None and bool(self._analysis.waiting)

    def edit(self, change: Change) -> None:
        """Take note of a change of the source."""
        self._pending.append(change)
        self.memory = {}

    def forget(self) -> None:
        """Analyse anew when asked: settings or files have changed."""
        if self.weights is not None:
            self.weights.forget()
        self.weights_cards.clear()
        self.files.clear()
        self._quantization = None
        self._analysis = None
        self.memory = {}

    def _follow(self) -> None:
        assert self._analysis is not None
        pending, self._pending = self._pending, []
        try:
            if len(pending) == 1:
                self._analysis.update(pending[0])
            else:
                self._analysis.analyse()
        except Exception:
            self._analysis = None  # the next question starts from nothing
            raise

    def _analysed(self) -> Analysis:
        from ..model.analysis.analysis import Analysis
        from ..project.recognition import recognised

        self.weights = self._weights()
        dialect = self.chosen_dialect
        if dialect is None and self.weights is not None:
            dialect = recognised(self.weights.model, self.source)
        return Analysis(self.source, dialect, self.weights, PATIENCE, **self._around(self.source.text))

    def _around(self, text: str) -> dict[str, Any]:
        """What the project adds to the operations of a graph."""
        from ..project.libraries import libraries_for

        if self.path is None:
            return {}
        return {"libraries": libraries_for(self.path, text), "custom": self.session.custom.shapes_for(self.path)}

    @property
    def chosen_dialect(self) -> Dialect | None:
        """The dialect by choice for the document, by its project, or by the user's setting; None tells it from the text."""
        from ..model.operations.dialects import DIALECTS

        session = self.session
        return DIALECTS.get(session.dialects.get(self.uri) or self.project_dialect or session.settings.dialect or "")

    @property
    def project_dialect(self) -> str | None:
        """The dialect that a file of the project says."""
        from ..project.configuration import settings_for

        return settings_for(self.path).dialect if self.path is not None else None

    def _weights(self) -> ModelWeights | None:
        """The weights of the model that the document belongs to, None for a text without files."""
        from ..archive import ArchiveError, open_model
        from ..archive.containers.inner import inner_model
        from ..project.model_files import ModelWeights

        path = self.model_path
        if path is None or not os.path.exists(path):
            return None
        folder = (
            unquote(self.uri).partition(INSIDE)[2].rpartition("/")[0] if self.uri.startswith(ARCHIVE_SCHEME) else ""
        )
        try:
            model = open_model(path)
            return ModelWeights(inner_model(model, folder) if folder else model, edited=self._edited_quantization)
        except ArchiveError:
            return None

    def _edited_quantization(self) -> Source | None:
        """The text of graph.quant as the editor has it."""
        other = self if self.language == "quant" else self.session.beside(self, "quant")
        return None if other is None else other.source

    @property
    def quantized_anew(self) -> bool:
        """Whether graph.quant beside a graph gives entries or types to other names than the analysis knows of."""
        if self.weights is None or self._analysis is None:
            return False
        if self.weights.quantized_now() != self.weights.quantized():
            return True
        exact = self._analysis.dialect.datum_types
        return exact and self.weights.quantized_types() != self._analysis.context.quantized
