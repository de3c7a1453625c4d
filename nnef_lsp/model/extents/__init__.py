"""Extents: the numbers and symbols that shapes are made of."""
