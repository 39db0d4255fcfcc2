"""A recount in a single file of Python's standard library, for signers who trust no page."""
