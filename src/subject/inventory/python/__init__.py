"""Reads what is in an image of a subject; see `document`."""
