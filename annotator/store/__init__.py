"""The project file: one SQLite database that holds articles, layers, actors and every edit. SQL stays in here."""

from annotator.store.copies import copy_of
from annotator.store.opening import create, is_package, open_project
from annotator.store.project import SUFFIX, Project, ProjectError

__all__ = ["SUFFIX", "Project", "ProjectError", "copy_of", "create", "is_package", "open_project"]
