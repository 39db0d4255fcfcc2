"""Read one file of a customer in the customer's format."""

from __future__ import annotations

from bank_adapters.registry import format_for
from bank_adapters.simulator.customers import Customer
from bank_adapters.simulator.orders import standard, table
from bank_adapters.simulator.orders.order import Order, OrderRefused


def read_order(customer: Customer, stem: str, content: bytes) -> Order:
    """Return the order in a file; `stem` is its name without ending. Raises OrderRefused."""
    if customer.table is not None:
        order = table.read(customer.table, stem, content)
    else:
        order = standard.read(content, version_of(customer.profile))
    _refuse_twice(order)
    return order


def version_of(profile: str) -> str:
    """Return the version of the standard in which a customer orders."""
    writes = format_for(profile).profile.writes
    return writes.file_format if writes is not None else ""


def _refuse_twice(order: Order) -> None:
    keys = [
        line.reference or f"{serial}:{line.account_no}:{line.amount_fen}"
        for serial, line in enumerate(order.lines, start=1)
    ]
    if not keys or len(set(keys)) != len(keys):
        raise OrderRefused("FF01", order.file_reference)
