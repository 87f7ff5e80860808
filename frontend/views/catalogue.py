"""Catalogue pages (the lead is writing these now: views/catalogue.py, templates/catalogue, catalogue_urls.py)."""
