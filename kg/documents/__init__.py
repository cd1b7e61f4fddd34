"""Documents filled from the graph."""
