"""What documents, names, heads, fragments and labels must have."""
