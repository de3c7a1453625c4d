"""The specification: its operations, and profiles of engines that read it."""
