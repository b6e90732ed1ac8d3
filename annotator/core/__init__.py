"""Values and rules: no store, no screen."""
