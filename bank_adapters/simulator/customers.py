"""The bank's customers: a name to sign in with, the format of orders and answers, and of statements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bank_adapters.registry import UnknownProfile, adapter_for, format_for
from bank_adapters.sheets.adapter import SheetAdapter
from bank_adapters.sheets.profile import SheetProfile

STATEMENTS = ("camt.053.001.08", "camt.053.001.02", "mt940")
# Who is always there: one bank of the standard, one of a table.
ALWAYS = ("iso=iso20022:camt.053.001.08", "ccb=ccb:camt.053.001.02")
WRITTEN = re.compile(r"([a-z][a-z0-9-]{0,31})=([a-z0-9.-]+?)(?::([a-z0-9.]+))?")


class CustomerRefused(ValueError):
    """This is no customer: `NAME=PROFILE` or `NAME=PROFILE:STATEMENT_FORMAT` was meant."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One user. `table` None: ISO 20022. `written` is how the customer was named."""

    user: str
    profile: str
    table: SheetProfile | None
    statements: str
    written: str

    @property
    def ending(self) -> str:
        """What an answer's file name ends with."""
        return ".pain002.xml" if self.table is None else f".ret{self.table.file_suffix}"


# At the HTTPS door instead of in folders; their statements are still laid out where it finds them.
DIRECT = {
    "icbc": Customer("icbc", "icbc-direct", None, "camt.053.001.02", ""),
    "abc": Customer("abc", "abc-direct", None, "camt.053.001.08", ""),
}


def customer(written: str) -> Customer:
    """Return the customer in `NAME=PROFILE[:STATEMENT_FORMAT]`. Raises CustomerRefused."""
    match = WRITTEN.fullmatch(written)
    if match is None:
        raise CustomerRefused(f"{written!r} is not NAME=PROFILE or NAME=PROFILE:STATEMENT_FORMAT.")
    user, profile, statements = match[1], match[2], match[3]
    table = _table(profile)
    statements = statements or (STATEMENTS[0] if table is None else STATEMENTS[1])
    if statements not in STATEMENTS:
        raise CustomerRefused(f"Statements are {', '.join(STATEMENTS)}, not {statements!r}.")
    return Customer(user, profile, table, statements, f"{user}={profile}:{statements}")


def customers(written: Sequence[str]) -> dict[str, Customer]:
    """Return the customers by their names, those that are always there first."""
    found = [customer(one) for one in (*ALWAYS, *written)]
    return {one.user: one for one in found}


def _table(profile: str) -> SheetProfile | None:
    try:
        adapter = adapter_for(profile)
    except UnknownProfile:
        adapter = None
    if isinstance(adapter, SheetAdapter):
        return adapter.profile
    try:
        writes = format_for(profile).profile.writes
    except UnknownProfile as unknown:
        raise CustomerRefused(str(unknown)) from None
    if writes is None or not writes.file_format.startswith("pain.001"):
        raise CustomerRefused(f"No orders in files can be sent in {profile!r}.")
    return None
