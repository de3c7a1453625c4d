"""Running a plan in this process."""
