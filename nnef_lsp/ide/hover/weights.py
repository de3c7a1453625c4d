"""The card of stored data: header, statistics and a small histogram.  Reads the file; never on the server's loop.

Not here: reading and drawing (`archive`).
"""

from __future__ import annotations

from ...archive import ArchiveError, Model
from ...archive.names import label_file
from ...archive.tensors.decoding import Entry
from ..describe import code, inline

HEIGHT = 5


def weights_card(model: Model, label: str, entry: Entry | None = None) -> str:
    """What the data file of a label holds, or one sentence why it cannot be told.  `entry` of graph.quant says what stored
    codes stand for."""
    from ...archive.pictures.preview import histogram_lines, real_value_lines, summary_lines
    from ...archive.statistics.statistics import summarise

    try:
        if not model.has(label):
            return f"There is no file {inline(label.lstrip('/') + '.dat')}."
        tensor = model.tensor(label)
        facts = summarise(tensor, channels=False)
        real = real_value_lines(tensor, entry)
    except ArchiveError as error:
        return str(error)
    except ImportError:
        return "numpy is not installed, so the data are not shown."
    lines = [*summary_lines(facts), *real, *([""] if facts.histogram else []), *histogram_lines(facts, HEIGHT)]
    return f"**{inline(label_file(label))}**\n" + code("\n".join(lines), "text")
