"""Tensors as pictures, and pictures as arrays."""
