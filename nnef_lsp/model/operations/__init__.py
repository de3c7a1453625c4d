"""What can be invoked: declarations, dialects, and what a statement's form reads."""
