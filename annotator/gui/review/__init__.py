"""The review of differences: all of its window."""
