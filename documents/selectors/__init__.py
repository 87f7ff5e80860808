"""Selectors: fetching is checking. Import the noun module."""
