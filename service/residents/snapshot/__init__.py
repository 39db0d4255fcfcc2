"""Snapshots: the facts of a pay month as three Parquet files that never change.

:func:`freeze` takes them from the departments' current records, :func:`open_snapshot` checks every
byte before :func:`read_table` hands them out, :func:`provenance` says which delivery a fact came
from. The files are encrypted (``at_rest.py``); plain facts exist only while a freeze works.

``fields.py`` lists what is read, ``facts/*.sql`` says what it means: one file for each idea and one
for each table. NULL is unknown throughout. Surrogate ids only: no name, ID number or account is
ever written here.
"""

from service.residents.snapshot.false_reports import false_reports
from service.residents.snapshot.freeze import freeze
from service.residents.snapshot.merges import ids_of
from service.residents.snapshot.opening import open_snapshot, read_table
from service.residents.snapshot.provenance import Source, household_provenance, provenance

__all__ = [
    "Source",
    "false_reports",
    "freeze",
    "household_provenance",
    "ids_of",
    "open_snapshot",
    "provenance",
    "read_table",
]
