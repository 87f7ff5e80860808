"""Threads and answers as pages (the lead is writing these)."""
