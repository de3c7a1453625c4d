"""Changes of the text that leave what the graph computes as it is."""
