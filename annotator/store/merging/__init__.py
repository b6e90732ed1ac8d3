"""Merging: what another project file knows, taken into this one."""
