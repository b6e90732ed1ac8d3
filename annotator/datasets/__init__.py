"""Datasets to train on and to publish: which labels, in which splits, in which files, and what looks wrong."""
