"""A whole process as one file, and back, without loss.

`parts` is the registry: each app names the tables it brings. `values` turns rows into plain values and back, `writer`
makes the file, `container` looks a foreign file over before anything is unpacked, `loading` makes rows of it.
docs/archive.md describes the file.
"""
