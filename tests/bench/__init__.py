"""The benchmark itself: it must run, and its arithmetic must be right."""
