"""One table of a resident's page."""

from dataclasses import dataclass

from service.web.view_models import Column, Row


@dataclass(frozen=True)
class Table:
    """One table of the page; left out if it has no rows."""

    anchor: str
    title: str
    columns: list[Column]
    rows: list[Row]
