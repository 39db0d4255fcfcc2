"""What every picture says about itself, and how it writes its numbers."""

from dataclasses import dataclass

from service.web.filters import number, yuan
from service.web.language import gettext
from service.web.view_models import Cell, Kind, Tag


@dataclass(frozen=True)
class About:
    """A picture's id on its page, its title and unit; ``kind`` money is whole fen; ``href`` is the file."""

    name: str
    title: str
    unit: str
    kind: Kind = "number"
    note: str = ""
    href: str = ""

    def shown(self, value: int) -> str:
        """Return a value as it is written in the drawing."""
        return yuan(value) if self.kind == "money" else number(value)

    def round(self, value: int) -> str:
        """Return a round value of the scale: money without the fen that are none."""
        return self.shown(value).removesuffix(".00")

    def said(self, value: int | None) -> str:
        """Return a value, or the words for one that is not told."""
        return gettext("few; not told") if value is None else self.shown(value)


def cell(value: int | None) -> Cell:
    """Return a value for the table; one that is not told says so."""
    return Tag(gettext("few; not told")) if value is None else value
