"""Residents: the shared database that the departments' feeds fill.

A person is a surrogate id. What a department said about a person is a dated record with its
delivery and row, kept beside what it said before; nothing is overwritten. ID numbers and accounts
are sealed; a keyed index finds them. Departments' words are never corrected here: a row that
cannot be believed is kept as rejected, with its reasons, until the department sends it again.

A snapshot freezes the facts of a pay month into Parquet without names, ID numbers or accounts.
"""
