"""The process that a run lives in, and starting it."""
