"""Claims by rules over a spaCy parse: for pipelines and languages that no learned model knows."""

NAME = "rules"
VERSION = f"{NAME}-2"  # changes with what is found by rules, so that layers made by different rules stay apart
