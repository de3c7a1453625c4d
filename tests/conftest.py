"""Every run of every test is poisoned: memory that is read after it was given up shows as NaN (`runtime/prepared/poison.py`)."""

import os

os.environ.setdefault("NNEF_LSP_POISON", "1")  # worker processes inherit it
