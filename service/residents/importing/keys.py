"""Compare the keys of a delivery's rows: the same row twice counts once, contradictions not at all."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from service.residents.importing.faults import Fault
from service.residents.importing.headers import Layout
from service.residents.importing.reading import Value
from service.residents.importing.table import Rejected, Table, data_rows, raw_of

Same = Callable[[str], object]
"""ID number → something equal for all numbers of one person."""
Key = tuple[object, ...]


def key_of(table: Table, values: dict[str, Value], same: Same) -> Key | None:
    """Return the key of one row's values, or None if a part of it could not be read."""
    parts: list[object] = []
    for name in table.feed.key:
        value = values[name]
        if value is None:
            return None
        is_id = table.feed.column(name).type == "id"
        parts.append(same(str(value)) if is_id else value)
    return tuple(parts)


def settle_keys(table: Table, layouts: Sequence[Layout], same: Same) -> None:
    """Keep the first of equal rows (with a notice); reject all rows of a key that contradict."""
    parts: list[list[object]] = []
    for name in table.feed.key:
        values = table.columns[name]
        is_id = table.feed.column(name).type == "id"
        parts.append([same(str(value)) for value in values] if is_id else [*values])
    keys: list[Key] = list(zip(*parts, strict=True))
    if len(set(keys)) == len(keys):
        return
    groups: dict[Key, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        groups[key].append(number)
    dropped: set[int] = set()
    contradicting: list[int] = []
    for numbers in groups.values():
        if len(numbers) == 1:
            continue
        said = {_said(table, number, same) for number in numbers}
        if len(said) == 1:
            dropped.update(numbers[1:])
            table.notices["row_repeated"] += len(numbers) - 1
        else:
            dropped.update(numbers)
            contradicting += numbers
    _reject(table, layouts, sorted(contradicting))
    table.keep([number not in dropped for number in range(len(keys))])


def _said(table: Table, number: int, same: Same) -> Key:
    return tuple(
        same(str(value)) if column.type == "id" and value is not None else value
        for column in table.feed.columns
        for value in (table.columns[column.field][number],)
    )


def _reject(table: Table, layouts: Sequence[Layout], numbers: list[int]) -> None:
    """Move rows to the rejected ones; their raw cells are read from the file once more."""
    if not numbers:
        return
    wanted = {(table.sheets[number], table.row_nos[number]): number for number in numbers}
    for layout in layouts:
        for row_no, cells in data_rows(layout):
            number = wanted.pop((layout.sheet.name, row_no), None)
            if number is None:
                continue
            values = {name: column[number] for name, column in table.columns.items()}
            raw = raw_of(layout, cells)
            fault = Fault("", "key_conflict")
            table.rejected.append(Rejected(layout.sheet.name, row_no, [fault], raw, values))
