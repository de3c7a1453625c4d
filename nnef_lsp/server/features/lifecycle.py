"""Initialisation, settings and files that change on the disk."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.uris import to_fs_path

from ..loading import warm_up
from ..registry import request
from ..settings import obey_limits, settings_from
from .trust import trusted_at_first, vouched_at_first

if TYPE_CHECKING:
    from ..server import NnefServer

WATCHED = (
    "**/*.dat",
    "**/*.nnef",
    "**/*.quant",
    "**/*.npz",
    "**/*.json",
    "**/*.nnef.tgz",
    "**/*.nnef.tar",
    "**/.nnef-lsp.toml",
    "**/pyproject.toml",
    "**/*.py",
)


@request(types.INITIALIZE)
def initialize(server: NnefServer, params: types.InitializeParams) -> None:
    session = server.session
    session.abilities = params.capabilities
    session.encoding = str(getattr(server.workspace.position_encoding, "value", server.workspace.position_encoding))
    session.settings = settings_from(params.initialization_options)
    if session.settings.limits:
        obey_limits(session.settings.limits)
    session.trusted = trusted_at_first(params.initialization_options)
    session.custom.vouched = vouched_at_first(params.initialization_options)


@request(types.INITIALIZED)
async def initialized(server: NnefServer, params: types.InitializedParams) -> None:
    workspace = server.session.abilities.workspace
    loop = asyncio.get_running_loop()
    server.session.custom.told = lambda: _soon(loop, server.updates.refresh_custom)
    questions = []
    if _watches(server):
        questions.append(asyncio.ensure_future(_watch(server)))
    if getattr(workspace, "configuration", False):
        questions.append(asyncio.ensure_future(_ask_configuration(server)))
    await asyncio.sleep(0.01)  # the questions are on their way while we load
    warm_up()
    await asyncio.gather(*questions)


@request(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
async def configuration_changed(server: NnefServer, params: types.DidChangeConfigurationParams) -> None:
    if isinstance(params.settings, dict) and params.settings.get("nnef") is not None:
        server.updates.configure(params.settings["nnef"])
    elif getattr(server.session.abilities.workspace, "configuration", False):
        await _ask_configuration(server)


@request(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
def files_changed(server: NnefServer, params: types.DidChangeWatchedFilesParams) -> None:
    server.session.index.stale()
    _files_changed(server, [change.uri for change in params.changes])


@request(types.TEXT_DOCUMENT_DID_SAVE)
def saved(server: NnefServer, params: types.DidSaveTextDocumentParams) -> None:
    """Clients that watch no files at least say when they save: a good moment to look at the others anew."""
    document = server.session.documents.get(params.text_document.uri)
    if document is not None and not _watches(server):
        server.updates.refresh(document)


def _watches(server: NnefServer) -> bool:
    """Whether the client tells of files that change."""
    watching = getattr(server.session.abilities.workspace, "did_change_watched_files", None)
    return bool(getattr(watching, "dynamic_registration", False))


def _files_changed(server: NnefServer, uris: list[str]) -> None:
    """Weights or documents beside an open document have changed, or settings of the project above it."""
    documents = server.session.documents
    if any(uri.endswith(".py") for uri in uris):
        server.updates.refresh_custom()
    uris = [uri for uri in uris if not uri.endswith(".py")]
    fragments = [to_fs_path(uri) for uri in uris if uri.endswith(".nnef")]
    folders = [uri.rsplit("/", 1)[0] + "/" for uri in uris if uri.endswith(".toml")]
    for document in list(documents.values()):
        own = document.uri.rsplit("/", 1)[0] + "/"
        # an open text beside the document is known as it is typed, that of another model in a folder only as it is saved
        beside = any(uri.startswith(own) and (uri not in documents or "/" in uri[len(own) :]) for uri in uris)
        above = any(document.uri.startswith(folder) for folder in folders)
        if beside or above or any(file is not None and document.uses(file) for file in fragments):
            server.updates.refresh(document)


def _soon(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended, and with it whoever would listen
        loop.call_soon_threadsafe(function)


async def _watch(server: NnefServer) -> None:
    watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    registration = types.Registration("nnef-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    await _asking(server.client_register_capability_async(types.RegistrationParams([registration])))


async def _ask_configuration(server: NnefServer) -> None:
    items = [types.ConfigurationItem(section="nnef")]
    answer = await _asking(server.workspace_configuration_async(types.ConfigurationParams(items)))
    if answer and isinstance(answer[0], dict):
        server.updates.configure(answer[0])


async def _asking(question: Any) -> Any:
    """What the client answers, None if it does not like to."""
    try:
        return await asyncio.wait_for(question, 30)
    except Exception as error:
        logging.getLogger(__name__).info("the client does not answer: %s", error)
        return None
