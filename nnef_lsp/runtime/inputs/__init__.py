"""What a run starts from: inputs, weights, extents."""
