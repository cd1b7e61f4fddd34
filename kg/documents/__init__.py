"""Documents filled from the graph: what it states, where that stands, and what is missing."""

from kg.documents.fill import Filled, Filler
from kg.documents.render import FORMATS, render
from kg.documents.spec import DOCUMENTS, Spec, load_spec

__all__ = ["DOCUMENTS", "FORMATS", "Filled", "Filler", "Spec", "load_spec", "render"]
