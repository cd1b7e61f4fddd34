"""Model Lifecycle Graph: a knowledge graph of everything machine learning is made of."""

__version__ = "0.1.0"
