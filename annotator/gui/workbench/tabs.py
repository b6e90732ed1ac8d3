"""The tabs of the workbench's side."""

CLAIMS, ENTITIES, ACTORS = range(3)
