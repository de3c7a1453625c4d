"""Running graphs: plans, kernels, engines, and the worker process that a run lives in.

Importing this package imports no numpy: the server needs `client` only, which starts another process.
"""

from .execution.blas import prefer_kernels

prefer_kernels()
