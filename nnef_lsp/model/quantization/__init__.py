"""The analysis of graph.quant against the graph beside it."""
