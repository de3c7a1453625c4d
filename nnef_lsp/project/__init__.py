"""A model's project on disk: its files, its configuration, its saved inputs."""
