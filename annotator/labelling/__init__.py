"""Labelling: the editor's session, the labelled article, the edits and their history."""
