"""The page on which a dataset is made: which labels, which splits, which files, and what looks wrong."""
