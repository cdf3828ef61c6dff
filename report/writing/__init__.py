"""Writes a report: what it was made from, and its files; one that is unchanged is left as it is."""
