"""Anchors: RFC 3161 time-stamps of somebody else's over published checkpoints.

They say that the log was so long, with this root, at that time, whoever held its keys.
"""
