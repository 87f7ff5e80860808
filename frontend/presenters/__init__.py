"""What pages show, made from what selectors return. No tables, no writing, no rights."""
