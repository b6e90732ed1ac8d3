"""Review: what editors disagree on, what is decided on it, and how far they agree."""
