"""Claims by rules over a spaCy parse: for pipelines and languages that no learned model knows."""
