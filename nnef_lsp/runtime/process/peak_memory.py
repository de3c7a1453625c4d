"""The most memory that this process has held."""

from __future__ import annotations

import sys


def peak_memory() -> int | None:
    """Bytes resident at most; None where the system does not tell.

    On Linux from /proc: getrusage also counts what the parent held at the time of the fork.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
