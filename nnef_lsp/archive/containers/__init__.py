"""Where a model's files lie: a folder, an archive, a model within a model."""
