"""The team: who works here, packages for others, and merging what comes back."""
