"""``python -m bench [--triples N]``: every measurement, one after the other."""

from __future__ import annotations

from bench import lineage, phrasings, report, servers, shacl

phrasings.main()
servers.main()
lineage.main()
shacl.main()
report.main([])
