"""What is shown beside the text or in it: outline, colours, hints, graph, tensors, reports."""
