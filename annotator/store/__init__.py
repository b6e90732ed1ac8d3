"""The project file: one SQLite database that holds articles, layers, actors and every edit. SQL stays in here."""

from annotator.store.project import SUFFIX, Project, ProjectError, create, open_project

__all__ = ["SUFFIX", "Project", "ProjectError", "create", "open_project"]
