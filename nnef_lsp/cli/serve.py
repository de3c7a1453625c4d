"""`nnef-lsp` and `nnef-lsp serve [--tcp HOST:PORT]`: the language server.

Imports nothing before it must: an editor waits for the answer.

Not here: starting it (`server/start.py`).
"""

from __future__ import annotations

import gc
import sys

USAGE = "usage: nnef-lsp serve [--stdio | --tcp HOST:PORT]"

ABOUT = """

Speaks the Language Server Protocol on standard input and output, or to one client on a TCP address.

examples:
  nnef-lsp serve
  nnef-lsp serve --tcp 127.0.0.1:7777

exit status: 0 the client said exit, or is gone; 2 for wrong use, or an address that cannot be used."""


def run(arguments: list[str]) -> int:
    """Serve until the client says exit; 2 for wrong use."""
    tcp = None
    rest = [argument for argument in arguments if argument != "--stdio"]
    if rest in (["-h"], ["--help"]):
        print(USAGE + ABOUT)
        return 0
    if rest:
        tcp = _address(rest)
        if tcp is None:
            print(USAGE, file=sys.stderr)
            return 2
    if tcp is None and not arguments and sys.stdin is not None and sys.stdin.isatty():
        print(
            "nnef-lsp: the language server waits for an editor on standard input; 'nnef-lsp --help' shows the commands",
            file=sys.stderr,
        )
    gc.disable()  # what is imported stays: looking through it again and again is 8 % of the start; `serve` turns it on
    from ..server.start import serve

    try:
        return serve(tcp)
    except OSError as error:
        if tcp is None:
            raise
        print(f"nnef-lsp: {tcp[0]}:{tcp[1]} cannot be listened on: {error.strerror or error}", file=sys.stderr)
        return 2


def _address(arguments: list[str]) -> tuple[str, int] | None:
    """The address behind --tcp, None if the arguments are not that."""
    option, _, value = arguments[0].partition("=")
    values = [value, *arguments[1:]] if value else arguments[1:]
    if option != "--tcp" or len(values) != 1:
        return None
    host, _, port = values[0].rpartition(":")
    return (host.strip("[]") or "127.0.0.1", int(port)) if port.isdigit() and int(port) < 65536 else None


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
