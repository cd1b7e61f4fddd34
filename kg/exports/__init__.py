"""Exports: the graph as other catalogs and tools want to read it."""
