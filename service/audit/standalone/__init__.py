"""The audit log's verifier in a single file of Python's standard library, for those who trust no server."""
