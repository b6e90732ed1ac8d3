"""The window. All of Qt stays in here."""
