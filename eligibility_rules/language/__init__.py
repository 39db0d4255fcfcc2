"""The rule language: a small typed subset of Python expressions, read with `ast` and never run."""
