"""Data types of results in dialects with exact types, and constants folded."""
