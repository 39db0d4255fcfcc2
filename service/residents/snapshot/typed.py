"""Turn the exported text into one typed table a feed, or say which field cannot be read."""

from collections.abc import Mapping

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression

from service.residents.snapshot.export import TEXTS
from service.residents.snapshot.fields import FIELDS, types_of
from service.residents.snapshot.problems import RecordsUnreadable


def type_feeds(bench: duckdb.DuckDBPyConnection) -> None:
    """Create a table per feed (``ga_hukou``, …) from ``record``.

    Raises :class:`RecordsUnreadable` naming every feed and field whose values are not of their
    type: what the import let in is read strictly, never turned quietly into unknown.
    """
    faults: list[tuple[str, str, str, int]] = []
    for feed in FIELDS:
        types = types_of(feed)
        records = bench.table("record").filter(ColumnExpression("feed") == ConstantExpression(feed))
        keys = [ColumnExpression("person_id"), ColumnExpression("household_id")]
        try:
            records.select(*keys, *_typed(types)).to_table(feed.lower())
        except duckdb.ConversionException:
            faults += [(feed, *fault) for fault in _faults(records, types)]
    if faults:
        raise RecordsUnreadable(faults)


def _typed(types: Mapping[str, str]) -> list[Expression]:
    return [
        ColumnExpression(text).cast(kind).alias(field)
        for text, (field, kind) in zip(TEXTS, types.items(), strict=False)
    ]


def _faults(
    records: duckdb.DuckDBPyRelation, types: Mapping[str, str]
) -> list[tuple[str, str, int]]:
    found = []
    for text, (field, kind) in zip(TEXTS, types.items(), strict=False):
        wrong = records.filter(f"{text} IS NOT NULL AND TRY_CAST({text} AS {kind}) IS NULL")
        count = wrong.aggregate("count(*)").fetchall()[0][0]
        if count:
            found.append((field, kind, count))
    return found
