"""Turn the exported text into one typed table a feed, or say which field cannot be read."""

from collections.abc import Mapping

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression

from service.residents.snapshot.export import TEXTS
from service.residents.snapshot.fields import DATED, FIELDS, types_of
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
        keys = [ColumnExpression(name) for name in ("person_id", "household_id")]
        if feed in DATED:
            keys.append(ColumnExpression("delivery_id"))
        try:
            records.select(*keys, *_typed(types)).to_table(feed.lower())
        except duckdb.ConversionException:
            faults += [(feed, *fault) for fault in _faults(records, types)]
    if faults:
        raise RecordsUnreadable(faults)
    _merge_named_persons(bench)


def _merge_named_persons(bench: duckdb.DuckDBPyConnection) -> None:
    """Give merged persons the id that counts where a record names them beside its own person."""
    if not bench.execute("SELECT count(*) FROM merged").fetchall()[0][0]:
        return
    for feed, fields in FIELDS.items():
        for field in fields:
            if field.endswith("_person_id"):
                bench.execute(
                    f"UPDATE {feed.lower()} SET {field} = merged.kept FROM merged"  # noqa: S608 - our own names
                    f" WHERE {field} = merged.id"
                )


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
