"""`nnef-lsp` and `nnef-lsp serve [--tcp HOST:PORT]`: the language server.

Imports nothing before it must: an editor waits for the answer.

Not here: the server (`server/app.py`).
"""

from __future__ import annotations

import sys

USAGE = "usage: nnef-lsp serve [--stdio | --tcp HOST:PORT]"


def run(arguments: list[str]) -> int:
    """Serve until the client says exit; 2 for wrong use."""
    tcp = None
    rest = [argument for argument in arguments if argument != "--stdio"]
    if rest in (["-h"], ["--help"]):
        print(USAGE + "\n\nSpeaks the Language Server Protocol on standard input and output, or to one client on a TCP address.")
        return 0
    if rest:
        tcp = _address(rest)
        if tcp is None:
            print(USAGE, file=sys.stderr)
            return 2
    from ..server.app import serve

    return serve(tcp)


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
