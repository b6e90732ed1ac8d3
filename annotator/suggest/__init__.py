"""Suggestions: spaCy's entities, claims by a learned model or by rules, actors, and the process that finds them."""
