"""ONNX: `writing` makes a model of a flat graph, `reading` makes NNEF of a model.

Their modules import the package `onnx`; whoever calls them asks `packages.require` first.
"""
