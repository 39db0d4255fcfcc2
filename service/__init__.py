"""The service: every stage of a pay month, in pipeline order (see README)."""
