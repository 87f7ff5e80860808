"""REST door."""
