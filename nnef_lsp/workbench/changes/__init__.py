"""The changes, one file each: from an opened model (and options) to a `Change`."""
