"""Everything between a person's SPARQL text and the engine.

Reading (:mod:`~kg.sparql.tokens`), policy (:mod:`~kg.sparql.guard`), parameters
(:mod:`~kg.sparql.bind`), named queries (:mod:`~kg.sparql.catalog`), result formats
(:mod:`~kg.sparql.results`) and the processes that evaluate (:mod:`~kg.sparql.readers`).
"""
