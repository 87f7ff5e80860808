"""Builders of test data, one module per app. Defaults are valid and minimal."""
