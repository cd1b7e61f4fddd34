"""``python -m bench``: every measurement, one after the other."""

from __future__ import annotations

from bench import lineage, load, shacl

load.main(load.RECORDS)
lineage.main(lineage.RECORDS)
shacl.main(shacl.RECORDS)
