"""Forms of pages: shape and field validation only; services decide the rest."""
