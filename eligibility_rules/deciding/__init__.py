"""Decide one subject in plain Python: the reference that every other engine is held against."""
