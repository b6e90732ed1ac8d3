"""What comes in and goes out: the registry, one module a format, import and export."""
