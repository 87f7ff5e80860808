"""Organisation pages (the lead is writing these now)."""
