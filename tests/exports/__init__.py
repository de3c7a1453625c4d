"""Models that today's exporters write, and whether we read and run them rightly; `make.py` writes them, `judge.py` judges."""
