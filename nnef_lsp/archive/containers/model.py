"""A model by its path: folder, graph file or archive, all alike.

Here: `open_model` and `Model`, the way to every byte of a model. Not here: what graph and quantization texts mean
(model/), which tensors a graph wants. Everything raises ArchiveError; nothing leaves the model.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from nnef_lsp.archive.blobs import Blob, FileBlob
from nnef_lsp.archive.containers.folder import FolderStore
from nnef_lsp.archive.containers.stream import MAGICS, Progress, StreamedTar
from nnef_lsp.archive.containers.tar import MappedTar
from nnef_lsp.archive.errors import ArchiveError, quoted
from nnef_lsp.archive.limits import Limits, limits_from_environment
from nnef_lsp.archive.names import DAT, GRAPH, QUANT, case_collisions, label_file
from nnef_lsp.archive.tensors.dat import TensorFile
from nnef_lsp.archive.tensors.dat_header import Header


class Store(Protocol):
    """A container of named bytes."""

    @property
    def notices(self) -> list[str]: ...
    def names(self) -> list[str]: ...
    def find(self, name: str) -> Blob | None: ...
    def close(self) -> None: ...


class Model:
    """One model. Labels are looked up in the case in which they are written."""

    def __init__(self, path: str, store: Store, graph_name: str, limits: Limits) -> None:
        self.path = path
        self.graph_name = graph_name
        self.limits = limits
        self.store = store

    def __enter__(self) -> Model:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget open files. Arrays that were handed out stay valid."""
        self.store.close()

    # --- texts

    def graph_text(self) -> str:
        """The graph description."""
        blob = self.store.find(self.graph_name)
        if blob is None:
            raise ArchiveError(
                f"{quoted(self.path)} holds no {self.graph_name}, so it is not an NNEF model{self._hint()}."
            )
        return self._text(blob)

    def _hint(self) -> str:
        nested, _ = self.glance("/" + GRAPH)
        if nested:
            return f"; it holds '{quoted(nested)}', so open or pack that folder"
        other = self.glance(".nnef")[0] if isinstance(self.store, FolderStore) else None
        return f"; it holds '{quoted(other)}', so name that file" if other else ""

    def quant_text(self) -> str | None:
        """The quantization file's text, None if the model has none."""
        stem = os.path.splitext(self.graph_name)[0]
        # A lone 'net.nnef' keeps its quantization as 'net.quant'; 'graph.quant' beside it belongs to a graph.nnef.
        names = [QUANT] if self.graph_name == GRAPH else [f"{stem}.quant"]
        if self.graph_name != GRAPH and self.store.find(GRAPH) is None:
            names.append(QUANT)
        blob = next((blob for blob in map(self.store.find, names) if blob), None)
        return None if blob is None else self._text(blob)

    def _text(self, blob: Blob) -> str:
        self.limits.check_text(blob.where, blob.size)
        data = blob.read(0, blob.size)
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            if b"\0" in data:
                raise ArchiveError(
                    f"{quoted(blob.where)} is not UTF-8 text (byte {error.start}); is it a text file?"
                ) from None
            # A text in another encoding: nearly all of it can be read, and what cannot shows where it stands.
            return data.decode("utf-8-sig", "replace")

    # --- tensors

    def labels(self) -> list[str]:
        """The labels of all tensor files, sorted. In a compressed archive this reads to its end."""
        return [name[: -len(DAT)] for name in self.store.names() if name.endswith(DAT)]

    def glance(self, ending: str) -> tuple[str | None, bool]:
        """A file whose name ends so, None if there is none; False if that cannot be told without listing a large folder."""
        if isinstance(self.store, FolderStore):
            return self.store.glance(ending)
        return next((name for name in self.store.names() if name.endswith(ending)), None), True

    def has_weights(self) -> bool | None:
        """Whether there are any tensor files; None if that cannot be told without listing a large folder."""
        found, complete = self.glance(DAT)
        return True if found else False if complete else None

    def has(self, label: str) -> bool:
        """Whether there is a tensor file; False for labels that may not be read."""
        try:
            return self.store.find(label_file(label)) is not None
        except ArchiveError:
            return False

    def header(self, label: str) -> Header:
        """The header of a tensor: a few hundred bytes are read, numpy is not needed."""
        return self.tensor(label).header

    def tensor(self, label: str) -> TensorFile:
        """The tensor of a label. Nothing but its place is looked up before its header or array is asked for."""
        blob = self.store.find(label_file(label))
        if blob is None:
            raise ArchiveError(f"{quoted(self.path)} has no file '{quoted(label)}{DAT}'{self._other_case(label)}.")
        return TensorFile(blob, self.limits)

    def _other_case(self, label: str) -> str:
        """A hint for the most frequent slip between Windows and the rest."""
        name = label_file(label)
        if isinstance(self.store, FolderStore):
            other = self.store.other_case(name)
        else:
            other = next((other for other in self.store.names() if other.casefold() == name.casefold()), None)
        return f", but '{quoted(other)}', and case counts" if other and other != name else ""

    def tensors(self, labels: Iterable[str]) -> Iterator[tuple[str, TensorFile]]:
        """The tensors of `labels`, in the order in which the container reads them fastest: one pass."""
        wanted: dict[str, list[str]] = {}
        for label in labels:
            wanted.setdefault(label_file(label), []).append(label)
        for name in self.in_reading_order(wanted):
            for label in wanted[name]:
                yield label, self.tensor(label)

    def in_reading_order(self, names: Iterable[str]) -> Iterator[str]:
        """File names as a compressed archive meets them; of other containers sorted."""
        wanted = set(names)
        yield from self.store.order(wanted) if isinstance(self.store, StreamedTar) else sorted(wanted)

    # --- anything else

    def files(self) -> list[str]:
        """Every file of the model, sorted, '/' between folders."""
        return self.store.names()

    def resource(self, name: str) -> bytes:
        """The bytes of any other file (npz)."""
        blob = self.blob(name)
        self.limits.check_bytes(blob.where, blob.size)
        return blob.read(0, blob.size)

    def text_resource(self, name: str) -> bytes:
        """The bytes of a file that is a text (JSON), which takes much more memory when it is understood."""
        blob = self.blob(name)
        self.limits.check_text(blob.where, blob.size)
        return blob.read(0, blob.size)

    def blob(self, name: str) -> Blob:
        """The bytes of any file, read when asked for."""
        blob = self.store.find(name)
        if blob is None:
            raise ArchiveError(f"{quoted(self.path)} has no file '{quoted(name)}'.")
        return blob

    def notices(self) -> list[str]:
        """What is odd about the container: ignored members, links that leave it, names that differ in case only."""
        return self.container_notices() + [
            f"{quoted(self.path)}: '{quoted(a)}' and '{quoted(b)}' differ in case only; Windows and macOS keep one of them."
            for a, b in case_collisions(self.store.names())
        ]

    def container_notices(self) -> list[str]:
        """As `notices`, without names that differ in case."""
        self.store.names()
        return list(self.store.notices)


def open_model(path: str | os.PathLike[str], limits: Limits | None = None, progress: Progress | None = None) -> Model:
    """The model at `path`: a folder, a tar archive, compressed or not, or a graph's text: a `.nnef` file, or one of any
    name that begins like a graph (its folder is the model).

    Opening reads next to nothing. `progress(share, text)` is called while a compressed archive is unpacked.
    """
    text = os.fspath(path)
    limits = limits or limits_from_environment()
    if os.path.isdir(text):
        return Model(text, FolderStore(text, limits), GRAPH, limits)
    start = _first_bytes(text)
    if (text.lower().endswith(".nnef") or _is_graph(start)) and start[257:262] != b"ustar":
        folder, name = os.path.split(text)
        return Model(text, FolderStore(folder or ".", limits), name, limits)
    return Model(text, _archive(text, start, limits, progress), GRAPH, limits)


def _is_graph(start: bytes) -> bool:
    """Whether a file of another name begins as a graph does; a container's is graph.nnef (section 5.1), a named file's any."""
    return _GRAPH_BEGINS.match(start) is not None


_GRAPH_BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|#[^\n]*\n)*(?:version\s+[\d.]|graph\s+\w|(?:fragment|extension)\s+\w|\w+\s*\([^)]*\)\s*->)"
)


def _first_bytes(path: str) -> bytes:
    if not os.path.lexists(path):
        raise ArchiveError(f"{quoted(path)} does not exist.")
    return FileBlob(path).read(0, 512)


def _archive(path: str, start: bytes, limits: Limits, progress: Progress | None) -> Store:
    form = next((form for magic, form in MAGICS.items() if start.startswith(magic)), None)
    if form:
        return StreamedTar(path, form, limits, progress)
    if start[257:262] == b"ustar" or (path.lower().endswith(".tar") and len(start) == 512):
        return MappedTar(path, limits)
    if start.startswith(b"PK"):
        raise ArchiveError(f"{quoted(path)} is a zip archive, which NNEF does not use; unpack it and open the folder.")
    raise ArchiveError(f"{quoted(path)} is neither a model folder nor a .nnef file nor a tar archive.")
