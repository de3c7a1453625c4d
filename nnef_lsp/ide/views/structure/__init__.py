"""What a network consists of, as a person would say it: found in names, labels, and what repeats."""
