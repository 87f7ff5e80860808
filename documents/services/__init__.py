"""Services: the only writers. Import the noun module."""
