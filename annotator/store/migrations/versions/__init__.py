"""One module a revision, the first one making an empty project."""
