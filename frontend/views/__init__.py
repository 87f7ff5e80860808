"""Pages: parse, fetch by a selector (which checks), call a service, answer. Nothing else."""
