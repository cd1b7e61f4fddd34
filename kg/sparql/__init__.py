"""Everything between a person's SPARQL text and the engine.

Reading (``tokens``, ``prologue``, ``reader``), policy (``guard``, ``complexity``), rewriting
(``planner``), parameters (``bind``, ``values``), named queries (``catalog``), result formats
(``results``), and evaluation in this process (``executor``, ``streaming``) or in others
(``readers``, ``reader_process``, ``messages``, ``checkpoints``).
"""
