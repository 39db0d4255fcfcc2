"""What the page of organisations shows: words and rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.administration.organisations.gather import Department, Office, Town
from service.web.language import gettext, translatable
from service.web.view_models import Column, Link, Row

_KINDS = {
    "civil_affairs": translatable("civil affairs"),
    "finance": translatable("finance"),
    "department": translatable("another department"),
    "township": translatable("township"),
    "village": translatable("village"),
    "audit": translatable("audit"),
    "other": translatable("not described"),
}
_NAMES_MAX = 8


def office_columns() -> list[Column]:
    """Return the columns of the offices."""
    return [
        Column(gettext("Organisation")),
        Column(gettext("Kind")),
        Column(gettext("Responsible for")),
        Column(gettext("Officers who sign in"), "number"),
        Column(gettext("Who they are")),
    ]


def office_rows(found: Iterable[Office], places: Mapping[str, str]) -> list[Row]:
    """Return a row for each office; ``places`` are {digits: name}."""
    return [
        Row(
            (
                one.organisation.name,
                gettext(_KINDS[one.organisation.kind]),
                places.get(one.organisation.division) or gettext("the whole county"),
                len(one.officers),
                _listed(one.officers),
            )
        )
        for one in found
    ]


def department_columns() -> list[Column]:
    """Return the columns of the departments."""
    return [
        Column(gettext("Department")),
        Column(gettext("Programmes"), "number"),
        Column(gettext("Tables"), "number"),
        Column(gettext("What it delivers")),
        Column(gettext("Its offices here")),
    ]


def department_rows(found: Iterable[Department]) -> list[Row]:
    """Return a row for each department."""
    return [
        Row(
            (
                one.name,
                Link(str(one.programmes), f"/programmes?department={one.folder}")
                if one.folder
                else None,
                len(one.feeds) or None,
                _listed(one.feeds),
                _listed(one.offices),
            )
        )
        for one in found
    ]


def town_columns() -> list[Column]:
    """Return the columns of the townships."""
    return [
        Column(gettext("Township")),
        Column(gettext("Division code"), "code"),
        Column(gettext("Villages"), "number"),
        Column(gettext("Names of villages")),
        Column(gettext("Officers limited to it"), "number"),
        Column(gettext("Its offices here")),
        Column(gettext("Its own sources")),
    ]


def town_rows(found: Iterable[Town]) -> list[Row]:
    """Return a row for each township."""
    return [
        Row(
            (
                one.name,
                one.code,
                len(one.villages),
                _listed(one.villages),
                one.officers,
                _listed(one.offices),
                _listed(one.sources),
            )
        )
        for one in found
    ]


@dataclass(frozen=True)
class Table:
    """One of the page's three lists."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    nothing: str


def offices_table(found: Iterable[Office], places: Mapping[str, str]) -> Table:
    """Return the offices as they are shown."""
    nothing = gettext("No office is known yet.")
    caption = gettext("Offices and who of them may sign in")
    return Table(caption, office_columns(), office_rows(found, places), nothing)


def departments_table(found: Iterable[Department]) -> Table:
    """Return the departments as they are shown."""
    caption = gettext("Departments by their programmes and feeds")
    return Table(caption, department_columns(), department_rows(found), "")


def towns_table(found: Iterable[Town]) -> Table:
    """Return the townships as they are shown."""
    nothing = gettext("The county's divisions were not brought in yet: “anxin divisions import”.")
    caption = gettext("Townships in order of their codes")
    return Table(caption, town_columns(), town_rows(found), nothing)


def _listed(names: Sequence[str]) -> str | None:
    """Return the names one after the other, of many the first and how many more."""
    if not names:
        return None
    shown = " · ".join(names[:_NAMES_MAX])
    more = len(names) - _NAMES_MAX
    return f"{shown} {gettext('and %(n)s more') % {'n': more}}" if more > 0 else shown
