"""The workbench: queue, article, and claims, entities and actors beside it."""
