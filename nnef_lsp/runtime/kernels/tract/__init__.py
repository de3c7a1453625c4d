"""Kernels of the operations that tract has, and of standard ones that it computes differently; found by walking the package."""
