"""`nnef/trust` of docs/protocol.md: whether the user trusts the workspace, and what is refused while not.

Reading needs no trust: analysis executes nothing of a workspace's but rules in Python, and those only by the user's word.  Not here: settings, which a workspace may bring along itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from ..plain import plain
from ..registry import request

if TYPE_CHECKING:
    from ..server import NnefServer

REFUSAL = "Graphs run only in trusted workspaces."


@request("nnef/trust")
def trust(server: NnefServer, params: Any) -> None:
    """The user trusts the workspace now, or no longer; runs that are under way go on."""
    said = plain(params)
    if not isinstance(said, dict) or not isinstance(said.get("trusted"), bool):
        raise JsonRpcInvalidParams(message='the parameters must be {"trusted": true} or {"trusted": false}')
    server.session.trusted = server.session.custom.vouched = said["trusted"]
    if not said["trusted"]:
        server.session.custom.forget()
    server.updates.refresh_custom()


def trusted_at_first(options: Any) -> bool:
    """What `initializationOptions` say; clients that know nothing of trust are their user's own choice."""
    return not isinstance(options, dict) or options.get("trusted", True) is True


def vouched_at_first(options: Any) -> bool:
    """Whether they say that the user trusts the workspace: to run what lies in it, silence is not enough."""
    return isinstance(options, dict) and options.get("trusted") is True
