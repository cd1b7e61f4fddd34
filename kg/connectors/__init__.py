"""Connectors: each reads one system and yields what it says as :class:`kg.model.Batch`.

A connector never sees the store: it describes things as records, the commit does the rest. What
it reads can be kept as a file and read again later, which gives the same records; so the mapping
is tested without the system, and a record in doubt can be traced to what the system answered.

A connector describes a thing in full each time. What it no longer finds it lists as withdrawn,
and what it cannot read it reports as a rejection, naming the place, while the rest goes on.
"""
