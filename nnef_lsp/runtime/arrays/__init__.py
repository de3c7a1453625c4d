"""What several kernels need of arrays: data types, broadcasting, borders, windows."""
