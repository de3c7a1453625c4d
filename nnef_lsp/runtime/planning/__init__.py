"""What is settled before a run: the order of steps, how long results live, what they cost."""
