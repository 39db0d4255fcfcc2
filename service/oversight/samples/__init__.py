"""Samples that nobody chose: committed first, drawn from a later checkpoint, reproducible by anybody."""
