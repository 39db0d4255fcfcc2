"""Every sealed column and the place its values are sealed for: what rotation has to go through.

Names only, so that the foundation knows of no stage. Whoever adds a column ``*_sealed`` adds a line
here; a test compares this table with the schema. Files outside the database are sealed under keys
derived from a field key; they are never resealed, so their version is needed as long as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any


@dataclass(frozen=True)
class SealedColumn:
    """One column ``<column>_sealed``; ``row`` says how a row is named in the place of its value."""

    table: str
    column: str
    row: str = "{id}"
    """A template of columns of the same table; bytes are written in hex."""
    key: tuple[str, ...] = ("id",)
    """The primary key, by which rotation walks."""
    large: bool = False
    """Whole files, of which only a few fit into memory at once."""

    @property
    def name(self) -> str:
        """How people and commands call it: ``table.column``."""
        return f"{self.table}.{self.column}"

    @property
    def sealed(self) -> str:
        return f"{self.column}_sealed"

    @property
    def row_columns(self) -> tuple[str, ...]:
        """The columns that ``row`` needs."""
        return tuple(name for _, name, _, _ in Formatter().parse(self.row) if name)

    def place(self, values: Mapping[str, Any]) -> str:
        """Return the place of one row's value, from the columns named in ``row``."""
        said = {name: _said(values[name]) for name in self.row_columns}
        return f"{self.table}:{self.column}:{self.row.format(**said)}"


SEALED_COLUMNS = (
    SealedColumn("person_identifiers", "value", row="{value_index}"),
    SealedColumn("accounts", "card", row="{card_index}"),
    SealedColumn("account_changes", "card"),
    SealedColumn("rejected_rows", "raw"),
    SealedColumn(
        "delivery_contents",
        "content",
        row="{delivery_id}/{part_no}",
        key=("delivery_id", "part_no"),
        large=True,
    ),
    SealedColumn(
        "feed_push_pages",
        "content",
        row="{push_id}/{page_no}",
        key=("push_id", "page_no"),
        large=True,
    ),
    SealedColumn("feed_sources", "secret"),
    SealedColumn("bank_channels", "secret", row="{code}"),
    SealedColumn("bank_channels", "client_key", row="{code}"),
    SealedColumn("bank_files", "content", large=True),
    SealedColumn("inbound_files", "content", large=True),
    SealedColumn(
        "delivery_proofs",
        "content",
        row="{hand_delivery_id}",
        key=("hand_delivery_id",),
        large=True,
    ),
    SealedColumn("correction_rows", "raw"),
    SealedColumn("code_messages", "body"),
    SealedColumn("objections", "text"),
    SealedColumn("objections", "contact"),
    SealedColumn("webhook_secrets", "secret"),
    SealedColumn("resident_requests", "wrong"),
    SealedColumn("resident_requests", "right"),
    SealedColumn("audit_payloads", "key", row="{entry_id}", key=("entry_id",)),
)

SEALED_FILES = ("snapshots.files", "assessments.files")
"""``table.column`` of JSON objects {file name: {key_version, …}}: files under derived keys."""


def _said(value: Any) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
