"""Load tests of the realtime engine, beside its peers. `python -m bench --help`; how to read it: bench/README.md."""
