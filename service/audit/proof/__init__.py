"""Proofs that somebody keeps: one text that shows that an act stands in the signed log, offline."""
