"""What an auditor looks for: the same words in an address, a program's request and a command."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta

from pydantic import BaseModel

from service.foundation import clock
from service.foundation.problems import Problem

VALUE_MAX = 80
_REPEATED_MAX = 10


class SearchUnusable(Problem):
    """A word of a search is no day, no number or no place in the list."""

    code = "search_unusable"
    status = 422
    title = "This cannot be looked for"

    def __init__(self, name: str, value: str, want: str, want_zh: str) -> None:
        # A day has ten characters; what is longer may be somebody's number, and is not repeated.
        value = value if len(value) <= _REPEATED_MAX else "…"
        super().__init__(
            f"“{value}” cannot be looked for as {name}: {want}.",
            f"“{value}”不能作为查询条件（{name}）：{want_zh}。",
            field=name,
        )


@dataclass(frozen=True)
class Wanted:
    """What is looked for, everything together; what is empty is not asked about."""

    person: str = ""
    """The number of a resident's record, never an ID number."""
    officer: str = ""
    """A user name."""
    organisation: str = ""
    """Whose officers today acted: the whole name."""
    thing: str = ""
    """A payment's reference, a list's, a notice's, an objection's or a recall's number, a bank
    file's name or reference, or an id as the trail keeps it."""
    kind: str = ""
    """A kind of thing, such as ``bank_files``."""
    act: str = ""
    """The beginning of an act, or a part of its words in either language."""
    since: str = ""
    until: str = ""
    """Days, both of them included."""

    def pairs(self) -> list[tuple[str, str]]:
        """Return what is asked for as it stands in an address."""
        asked = [(one.name, getattr(self, one.name)) for one in fields(self)]
        return [(name, value) for name, value in asked if value]

    @property
    def from_moment(self) -> datetime | None:
        """The first moment that counts; raises :class:`SearchUnusable`."""
        return _begins("since", self.since) if self.since else None

    @property
    def to_moment(self) -> datetime | None:
        """The first moment that does not count any more; raises :class:`SearchUnusable`."""
        return _begins("until", self.until, after=1) if self.until else None

    @property
    def person_id(self) -> int | None:
        """The resident's number; raises :class:`SearchUnusable`."""
        if not self.person:
            return None
        plain = self.person.isascii() and self.person.isdecimal()
        # Eighteen digits would be an ID number in an address: never read, never shown again.
        if not plain or len(self.person) >= _PERSON_DIGITS_MAX:
            raise SearchUnusable(
                "person",
                "…",
                "give the number of the resident's record; an ID number belongs into the form for it",
                "请填写居民档案编号；身份证号请在专用表单中查找",
            )
        return int(self.person)


_PERSON_DIGITS_MAX = 15
FIELDS = tuple(one.name for one in fields(Wanted))


def wanted_from(given: dict[str, str]) -> Wanted:
    """Return what names and values ask for; too long a value is cut."""
    return Wanted(**{name: str(given.get(name, "")).strip()[:VALUE_MAX] for name in FIELDS})


class Asked(BaseModel):
    """A search as it stands in an address; what is too long is cut."""

    person: str = ""
    by: str = ""
    organisation: str = ""
    thing: str = ""
    kind: str = ""
    act: str = ""
    since: str = ""
    until: str = ""

    @property
    def wanted(self) -> Wanted:
        said = self.model_dump()
        return wanted_from({**said, "officer": said["by"]})


class PageAsked(Asked):
    """With the entry that the page follows."""

    after: str = ""


def _begins(name: str, value: str, *, after: int = 0) -> datetime:
    try:
        day = date.fromisoformat(value) + timedelta(days=after)
    except (ValueError, OverflowError):
        raise SearchUnusable(
            name, value, "write a day like 2026-10-25", "请按 2026-10-25 的形式填写日期"
        ) from None
    return datetime.combine(day, time(), clock.SHANGHAI)
