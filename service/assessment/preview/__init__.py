"""Previews: what a proposed change of rules would do to everybody, counted before it is approved.

The newest snapshot is decided twice in DuckDB, under the rules in force and under the proposed
ones, for the programmes that differ; only counts and sums are kept.
"""
