"""Suggestions: spaCy's entities, claims by rules, their actors, and the process that finds them."""
