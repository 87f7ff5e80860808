"""Selectors: fetch and check in one step, never write. Import the noun module."""
