"""What a steward is asked about a delivery that waits: why, what would happen, which column is which."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Form, Request

from service.officers.may import may
from service.officers.models import Officer
from service.residents.feeds import Feed
from service.residents.models import Delivery
from service.residents.pages import words
from service.web.filters import number
from service.web.language import gettext, ngettext
from service.web.view_models import Option

REASON_MAX = 500
_FIELD_MAX = 60


@dataclass(frozen=True)
class Header:
    """One header of the department's file, and the field it is taken for ("" for none)."""

    name: str
    text: str
    chosen: str


@dataclass(frozen=True)
class Decision:
    """What a steward is asked about a delivery that waits."""

    why: str
    consequence: str
    headers: list[Header]
    options: list[Option]
    open_columns: list[str]
    """Required columns that no header is taken for yet."""
    may_decide: bool


@dataclass(frozen=True)
class Answer:
    """What the steward sent."""

    reason: str
    fields: dict[str, str]
    """Name of a select (``map-3``) → the field chosen there."""


async def _answer(
    request: Request, reason: Annotated[str, Form(max_length=REASON_MAX)] = ""
) -> Answer:
    sent = await request.form()
    return Answer(
        reason,
        {
            name: value
            for name, value in sent.items()
            if name.startswith("map-") and isinstance(value, str) and len(value) <= _FIELD_MAX
        },
    )


Sent = Annotated[Answer, Depends(_answer)]


def decision(
    officer: Officer, feed: Feed, one: Delivery, sent: Answer | None = None
) -> Decision | None:
    """Return what there is to decide about a delivery, or None if nothing waits."""
    if one.state != "waiting":
        return None
    headers = _headers(one, sent)
    taken = {header.chosen for header in headers}
    return Decision(
        why=words.refusal(one),
        consequence=_consequence(feed, one),
        headers=headers,
        options=[
            Option("", gettext("not used")),
            *(
                Option(column.field, f"{column.header}{' *' if column.required else ''}")
                for column in feed.columns
            ),
        ],
        open_columns=[
            column.header
            for column in feed.columns
            if headers and column.required and column.field not in taken
        ],
        may_decide=may(officer, "feeds.confirm"),
    )


def _headers(one: Delivery, sent: Answer | None) -> list[Header]:
    suggestion = one.suggestion or {}
    mapping: dict[str, str] = suggestion.get("mapping", {})
    found = []
    for place, text in enumerate(suggestion.get("headers", ())):
        name = f"map-{place}"
        guess = mapping.get(text, mapping.get(text.strip(), ""))
        found.append(Header(name, text, sent.fields.get(name, "") if sent else guess))
    return found


def _consequence(feed: Feed, one: Delivery) -> str:
    if one.suggestion:
        return gettext(
            "Its columns are headed in a way nobody has explained yet. Say which is which: it is remembered for the next delivery with the same headers."
        )
    believed = max(one.rows_total - one.rows_rejected, 0)
    said = ngettext(
        "If you take it over, %(num)s row is taken over and %(rejected)s stay rejected.",
        "If you take it over, %(num)s rows are taken over and %(rejected)s stay rejected.",
        believed,
    ) % {"num": number(believed), "rejected": number(one.rows_rejected)}
    if feed.mode != "full" or one.mode == "correction":
        return said
    absent = gettext("It is a complete list: whoever it does not name ends on this list.")
    return f"{said}{'' if words.is_chinese() else ' '}{absent}"


def mapping_of(one: Delivery, sent: Answer) -> dict[str, str] | None:
    """Return {header: field} as the steward chose it, or None if the columns were never in doubt."""
    if not one.suggestion:
        return None
    return {header.text: header.chosen for header in _headers(one, sent) if header.chosen}
