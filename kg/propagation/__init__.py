"""Labels that flow along lineage, kept as facts (``mlg:carries``) in the derived graph of a store.

What a label is, who states it, by which steps it flows and what stops it is said by
``ontology/schemes/label.ttl``, ``ontology/governance.ttl`` and ``queries/rules``.
"""

from kg.propagation.derived import DerivedGraph
from kg.propagation.kinds import PROPERTIES, kinds_by_name
from kg.propagation.standing import RULES_NOTE, propagated_revision
from kg.propagation.told import Carried, carried_about, carried_by
from kg.propagation.update import MOST, Changed, propagate, refresh, with_facts
from kg.propagation.view import Listener, Propagation
from kg.propagation.whole import derived_triples, facts_of

__all__ = [
    "MOST",
    "PROPERTIES",
    "RULES_NOTE",
    "Carried",
    "Changed",
    "DerivedGraph",
    "Listener",
    "Propagation",
    "carried_about",
    "carried_by",
    "derived_triples",
    "facts_of",
    "kinds_by_name",
    "propagate",
    "propagated_revision",
    "refresh",
    "with_facts",
]
