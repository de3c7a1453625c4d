"""tract: how its dialect differs, its registries, and profiles of its releases."""
