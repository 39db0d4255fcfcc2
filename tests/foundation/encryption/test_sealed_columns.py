"""Rotation goes through every sealed column there is, and names each place as those who seal do."""

from service.foundation.database import Base
from service.foundation.encryption.sealed_columns import SEALED_COLUMNS


def test_no_sealed_column_of_the_schema_is_forgotten() -> None:
    there = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed")
    }
    assert len(there) >= 11
    assert {(one.table, one.sealed) for one in SEALED_COLUMNS} == there


def test_keys_and_places_are_made_of_columns_that_exist() -> None:
    for one in SEALED_COLUMNS:
        table = Base.metadata.tables[one.table]
        assert tuple(column.name for column in table.primary_key) == one.key
        assert one.row_columns
        assert set(one.row_columns) <= set(table.columns.keys())


def test_bytes_are_written_in_hex_and_parts_stand_beside_one_another() -> None:
    by_name = {one.name: one for one in SEALED_COLUMNS}
    place = by_name["accounts.card"].place({"card_index": b"\x0a\xff", "id": 7})
    assert place == "accounts:card:0aff"
    place = by_name["delivery_contents.content"].place({"delivery_id": "d", "part_no": 2})
    assert place == "delivery_contents:content:d/2"
