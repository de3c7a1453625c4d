"""What holds in every test: runs are poisoned, so that memory that is read after it was given up shows as NaN
(`runtime/prepared/poison.py`); and no property fails because the machine is busy."""

import os

from hypothesis import HealthCheck, settings

os.environ.setdefault("NNEF_LSP_POISON", "1")  # worker processes inherit it
os.environ.setdefault("NNEF_LSP_STRICT", "1")  # no border hides a mistake of ours: `nnef_lsp/faults.py`

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
