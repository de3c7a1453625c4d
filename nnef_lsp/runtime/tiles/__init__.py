"""What long kernels need between the tiles of their work: the check for a cancelled run, and several threads."""
