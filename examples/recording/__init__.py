"""How the demo inputs are recorded: a story of one company, told by real MLflow and OpenLineage."""
