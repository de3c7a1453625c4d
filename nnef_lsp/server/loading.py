"""What the first document needs, loaded before it comes.

Not here: what is told of a document (`diagnostics.py`).
"""

from __future__ import annotations

import gc
import logging


def load() -> None:
    """Import what analyses a document and words what is wrong with it; nothing of pygls' types."""
    from ..model.analysis import analysis  # noqa: F401
    from ..project import model_files, recognition  # noqa: F401
    from ..rules import rules
    from . import diagnostics  # noqa: F401

    rules()


def warm_up() -> None:
    """The same, and what is made once for all documents, while the client is still busy with our answer to `initialize`."""
    gc.disable()
    try:
        load()
        from ..model.analysis.analysis import Analysis
        from ..syntax.source import Source

        Analysis(Source("version 1.0;\ngraph g( x ) -> ( y )\n{\n  x = external(shape = [1]);\n  y = relu(x);\n}\n"))
    except Exception:
        logging.getLogger(__name__).exception("warming up")
    finally:
        gc.enable()
