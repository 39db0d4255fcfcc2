"""Answers of banks whose file is a table, spoiled before they are read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from bank_adapters import Reply, State, adapter_for
from bank_adapters.sheets.adapter import SheetAdapter
from tests.bank_adapters.filled_in import Cells, answer_name, filled_in
from tests.bank_adapters.makers import Told

SAID = [
    Told("PAY0000001", "100.01"),
    Told("PAY0000002", "100.02", "RJCT", "AC04", "账户已销户"),
    Told("PAY0000003", "100.03", "PDNG"),
]


Spoil = Callable[[list[Cells]], None]


def sheet_adapter(name: str) -> SheetAdapter:
    """Return a bank whose file is a table."""
    found = adapter_for(name)
    assert isinstance(found, SheetAdapter)
    return found


def read(name: str, content: bytes) -> Reply:
    """Read an answer under the name the bank gives it."""
    adapter = sheet_adapter(name)
    return adapter.read_reply(answer_name(adapter.profile), content)


def spoiled(spoil: Spoil, name: str = "ccb-sheet") -> Reply:
    """Read an answer whose rows were changed before they were written."""
    return read(name, filled_in(sheet_adapter(name).profile, SAID, spoil=spoil))


def put(row: int, column: int, value: object) -> Spoil:
    """Return a change of one cell; row 0 holds the titles."""

    def spoil(rows: list[Cells]) -> None:
        rows[row][column] = value  # type: ignore[call-overload]

    return spoil


def refused(reply: Reply, code: str) -> None:
    """Make sure that a reply was refused whole, for this among other reasons."""
    assert code in {one.code for one in reply.faults if one.fatal}, reply.faults
    assert (reply.records, reply.silence_means) == ((), State.UNKNOWN)


def rebuilt(parts: dict[str, bytes], *, without: str = "") -> bytes:
    """Return the construction bank's answer with some parts of its archive replaced."""
    content = filled_in(sheet_adapter("ccb-sheet").profile, SAID)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != without and name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
