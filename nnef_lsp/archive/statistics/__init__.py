"""What the numbers of a tensor are like, and how those of two models differ."""
