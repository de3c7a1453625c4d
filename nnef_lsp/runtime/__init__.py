"""Running graphs: plans, kernels, engines, and the worker process that a run lives in.

Importing this package imports no numpy: the server needs `worker` only, which starts another process.
"""
