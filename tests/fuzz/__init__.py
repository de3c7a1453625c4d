"""Differential fuzzing against Khronos' parser: `python -m tests.fuzz.run --documents 100000`."""
