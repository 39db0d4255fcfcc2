"""What the split view shows: a suggested payment with each fact on both sides, and what speaks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.batches.words import line_tag, programme_name
from service.reconciliation.receipts.suggestions import Fact, Suggestion
from service.web import filters
from service.web.language import gettext, ngettext, translatable
from service.web.view_models import Column, Row, Tag

_NAMES = {
    "amount": translatable("Amount"),
    "reference": translatable("Reference"),
    "account": translatable("Account"),
    "name": translatable("Payee"),
    "day": translatable("Day"),
    "bank": translatable("Bank"),
}


@dataclass(frozen=True)
class ShownSuggestion:
    """One payment: its reference and state, where it is shown, what it is, and its facts as rows."""

    reference: str
    href: str
    tag: Tag
    lead: str
    rows: Sequence[Row]


def columns() -> list[Column]:
    """Return the columns of a suggestion's facts."""
    return [
        Column(gettext("What is compared")),
        Column(gettext("Bank's line")),
        Column(gettext("Our payment")),
        Column(gettext("Compared")),
    ]


def shown(found: Sequence[Suggestion]) -> list[ShownSuggestion]:
    """Return the suggestions in the order in which they fit."""
    return [
        ShownSuggestion(
            reference=one.payment.reference,
            href=f"/batches/{one.batch_no}/lines/{one.payment.reference}",
            tag=line_tag(one.payment.state),
            lead=f"{programme_name(one.payment.programme)} {one.payment.period}",
            rows=[_row(fact) for fact in one.facts],
        )
        for one in found
    ]


def _row(fact: Fact) -> Row:
    bank, ours = _told(fact, fact.bank), _told(fact, fact.ours)
    if fact.bank in (None, ""):
        unsaid = gettext("not said") if fact.bank is None else gettext("not kept with its line")
        bank = gettext("another one") if fact.fits is False else unsaid
    return Row((gettext(_NAMES[fact.name]), bank, ours, _compared(fact)))


def _told(fact: Fact, value: object) -> str:
    if value is None or value == "":
        return filters.NONE
    if fact.name == "amount" and isinstance(value, int):
        return f"{filters.yuan(value)} {gettext('yuan')}"
    if fact.name == "account":
        return filters.ending(str(value))
    return filters.masked_name(str(value)) if fact.name == "name" else str(value)


def _compared(fact: Fact) -> Tag | str:
    if fact.name == "day" and fact.fits is not None:
        days = abs(fact.by)
        if fact.fits and not days:
            return Tag(gettext("✓ the same day"), "ok")
        said = (
            ngettext("✓ %(num)s day later", "✓ %(num)s days later", days)
            if fact.fits
            else ngettext("✗ %(num)s day earlier", "✗ %(num)s days earlier", days)
        )
        return Tag(said % {"num": days}, "ok" if fact.fits else "bad")
    if fact.fits is None:
        return gettext("cannot be compared")
    if fact.fits:
        return Tag(gettext("✓ the same"), "ok")
    if fact.name == "amount":
        sign = "+" if fact.by > 0 else "−"
        differs = f"{sign}{filters.yuan(abs(fact.by))}"
        return Tag(gettext("✗ differs by %(amount)s") % {"amount": differs}, "bad")
    return Tag(gettext("✗ differs"), "bad")
