"""Readers of catalogues: INTERLINK's seed layout and our own fixtures. They parse; services write."""
