"""Entries as a table shows them: act and thing in words, who with a name, nobody's data."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.keeping.queries import Erased, erased_of
from service.audit.visible import visible
from service.foundation import clock
from service.officers.models import Officer
from service.oversight.search.find import Entry
from service.oversight.words.acts import in_words
from service.oversight.words.things import Shown, Thing, shown, uuids
from service.web import filters
from service.web.language import gettext, translatable
from service.web.view_models import Column, Link, Row

_ACTORS = {
    "officer": translatable("officer"),
    "resident": translatable("resident"),
    "bank": translatable("bank"),
    "department": translatable("department"),
    "public": translatable("the public"),
    "system": translatable("system"),
}


def who_of(session: Session, entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    """Return {actor: what people call who acted}; a resident by number, never by name."""
    actors = {(one.actor_kind, one.actor_id) for one in entries}
    wanted = uuids(actor for kind, actor in actors if kind == "officer")
    named = {
        str(one.id): f"{one.name} · {one.organisation}"
        for one in session.execute(
            select(Officer.id, Officer.name, Officer.organisation).where(Officer.id.in_(wanted))
        )
    }
    return {
        (kind, actor): named.get(actor) or _unnamed(kind, actor)
        if kind == "officer"
        else _unnamed(kind, actor)
        for kind, actor in actors
    }


def _unnamed(kind: str, actor: str) -> str:
    said = gettext(_ACTORS.get(kind, "system"))
    return said if kind == "system" and actor == "anxin" else f"{said} {actor}"


def columns() -> list[Column]:
    return [
        Column(gettext("Time"), "moment"),
        Column(gettext("Act")),
        Column(gettext("By")),
        Column(gettext("Thing")),
        Column(gettext("From → to")),
        Column(gettext("Reason")),
        Column(gettext("Place in the chain"), "number"),
    ]


def rows(session: Session, found: Sequence[Entry]) -> list[Row]:
    """Return entries as rows, in the questions of one page."""
    names = who_of(session, found)
    things = shown(session, [(one.object_type, one.object_id) for one in found])
    erased = erased_of(session, [one.id for one in found])
    return [_row(one, names, things, erased.get(one.id)) for one in found]


def _row(
    one: Entry,
    names: dict[tuple[str, str], str],
    things: dict[Thing, Shown],
    erased: Erased | None,
) -> Row:
    said = one.said
    thing = things[one.object_type, one.object_id]
    moved = f"{said['before'] or '·'} → {said['after']}" if said.get("after") else None
    return Row(
        (
            one.at,
            visible(in_words(one.act)),
            visible(names[one.actor_kind, one.actor_id]),
            Link(visible(thing.name), thing.href) if thing.href else visible(thing.name),
            moved and visible(moved),
            _reason(said.get("reason", ""), erased),
            None if one.index is None else Link(str(one.index), f"/audit/proofs/{one.index}"),
        )
    )


def _reason(said: str, erased: Erased | None) -> str | None:
    """Return the reason, and that the sealed content beside the entry was erased, where it was."""
    if erased is None:
        return visible(said) or None
    gone = gettext("Personal content erased on %(day)s for: %(reason)s") % {
        "day": filters.day(clock.civil(erased.at).date()),
        "reason": visible(erased.reason),
    }
    return f"{visible(said)} · {gone}" if said else gone
