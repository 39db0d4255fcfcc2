"""Somebody else's word on when a batch's signatures were complete."""
