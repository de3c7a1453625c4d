"""What a name or a string means, and everywhere it is mentioned."""
