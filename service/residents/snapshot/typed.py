"""Turn the exported text into one typed table a feed, or say which field cannot be read."""

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression

from service.residents.snapshot.export import TEXTS
from service.residents.snapshot.fields import FEEDS, Feed
from service.residents.snapshot.problems import RecordsUnreadable


def type_feeds(bench: duckdb.DuckDBPyConnection) -> None:
    """Create a table per feed (``ga_hukou``, …) from ``record``.

    Raises :class:`RecordsUnreadable` naming every feed and field whose values are not of their
    type: what the import let in is read strictly, never turned quietly into unknown.
    """
    faults: list[tuple[str, str, str, int]] = []
    for feed in FEEDS.values():
        records = bench.table("record").filter(
            ColumnExpression("feed") == ConstantExpression(feed.code)
        )
        keys = [ColumnExpression("person_id"), ColumnExpression("household_id")]
        try:
            records.select(*keys, *_typed(feed)).to_table(feed.code.lower())
        except duckdb.ConversionException:
            faults += _faults(records, feed)
    if faults:
        raise RecordsUnreadable(faults)


def _typed(feed: Feed) -> list[Expression]:
    return [
        ColumnExpression(text).cast(kind).alias(name)
        for text, (name, kind) in zip(TEXTS, feed.fields.items(), strict=False)
    ]


def _faults(records: duckdb.DuckDBPyRelation, feed: Feed) -> list[tuple[str, str, str, int]]:
    found = []
    for text, (name, kind) in zip(TEXTS, feed.fields.items(), strict=False):
        wrong = records.filter(f"{text} IS NOT NULL AND TRY_CAST({text} AS {kind}) IS NULL")
        count = wrong.aggregate("count(*)").fetchall()[0][0]
        if count:
            found.append((feed.code, name, kind, count))
    return found
