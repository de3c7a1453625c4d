"""What is known of the statements of a graph: which names they define and read, and what each gave."""
