"""What a run is to an editor: its results, its report, what is kept of it; and how much work a graph is."""
