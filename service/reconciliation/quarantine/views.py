"""What the page of a bank's file shows of totals, differences and acts."""

from collections.abc import Mapping, Sequence

from service.ledger.asks.models import FinanceAsk
from service.reconciliation import words
from service.reconciliation.quarantine.compare import Comparison, Said
from service.reconciliation.quarantine.models import FileDecision
from service.reconciliation.quarantine.totals import ControlOf, Total
from service.web.filters import yuan
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.view_models import Column, Row, Tag, Tone

_NAMES = {
    "lines": translatable("Lines"),
    "opening": translatable("Opening balance"),
    "credits": translatable("Credits"),
    "debits": translatable("Debits"),
    "closing": translatable("Closing balance"),
    "count": translatable("Payments"),
    "fen": translatable("Amount"),
}
_WHAT = {
    **words.SAID,
    "return": translatable("return"),
    "reversal": translatable("reversal"),
    "batch_debit": translatable("debit of a whole file"),
    "payment_debit": translatable("debit of one payment"),
    "other": translatable("other business"),
}
_KINDS = {
    "added": translatable("added"),
    "removed": translatable("removed"),
    "changed": translatable("changed"),
}
_ACTS = {
    "asked_bank": translatable("asked the bank"),
    "rejected": translatable("rejected; it stays kept and moves nothing"),
}


def total_columns() -> list[Column]:
    """Return the columns of :func:`total_rows`."""
    return [
        Column(gettext("Total")),
        Column(gettext("The file states")),
        Column(gettext("Its lines add up to")),
        Column(gettext("Result")),
    ]


def total_rows(found: Sequence[Total]) -> list[Row]:
    """Return each total as stated and as counted."""
    rows = []
    for one in found:
        name = gettext(_NAMES[one.name]) if one.name in _NAMES else one.name
        stated = gettext("not stated") if one.stated is None else _written(one.stated, one)
        said = Tag(gettext("differs"), "bad") if one.differs else Tag(gettext("agrees"), "ok")
        if one.stated is None:
            said = Tag("—")
        tone: Tone = "bad" if one.differs else ""
        rows.append(Row((name, stated, _written(one.counted, one), said), tone=tone))
    return rows


def control_columns() -> list[Column]:
    """Return the columns of :func:`control_rows`."""
    unit = gettext("yuan")
    return [
        Column(gettext("Bank file"), "code"),
        Column(gettext("Payments"), "number"),
        Column(gettext("Sent"), "money", unit=unit),
        Column(gettext("Of it paid"), "money", unit=unit),
        Column(gettext("Failed"), "money", unit=unit),
        Column(gettext("Money that came back"), "money", unit=unit),
        Column(gettext("In transit"), "money", unit=unit),
    ]


def control_rows(found: Sequence[ControlOf]) -> list[Row]:
    """Return each of our files with the control equation: sent is the sum of the other four."""
    return [
        Row(
            (
                one.file.file_reference,
                one.control.sent_count,
                one.control.sent_fen,
                one.control.paid_fen,
                one.control.failed_fen,
                one.control.returned_fen,
                one.control.in_transit_fen,
            )
        )
        for one in found
    ]


def side_columns() -> list[Column]:
    """Return the columns of :func:`sides`."""
    return [
        Column(gettext("Total")),
        Column(gettext("Earlier file, lines"), "number"),
        Column(gettext("Earlier file"), "money", unit=gettext("yuan")),
        Column(gettext("This file, lines"), "number"),
        Column(gettext("This file"), "money", unit=gettext("yuan")),
        Column(gettext("Difference"), "money", unit=gettext("yuan")),
    ]


def sides(one: Comparison | None) -> list[Row]:
    """Return the totals of both files, and by how many fen they differ."""
    if one is None:
        return []
    rows = []
    order = {name: place for place, name in enumerate((*_NAMES, *_WHAT))}
    names = {*one.counts, *one.fen}
    for name in sorted(names, key=lambda it: (order.get(it, len(order)), it)):
        before_count, after_count = one.counts.get(name, (None, None))
        before_fen, after_fen = one.fen.get(name, (None, None))
        differs_fen = (after_fen or 0) - (before_fen or 0) if name in one.fen else None
        is_other = bool(differs_fen) or before_count != after_count
        cells = (_name(name), before_count, before_fen, after_count, after_fen, differs_fen)
        rows.append(Row(cells, tone="bad" if is_other else ""))
    return rows


def difference_columns() -> list[Column]:
    """Return the columns of :func:`differences`."""
    return [
        Column(gettext("Reference"), "code"),
        Column(gettext("In this file")),
        Column(gettext("Earlier file said")),
        Column(gettext("Earlier amount"), "money", unit=gettext("yuan")),
        Column(gettext("This file says")),
        Column(gettext("Amount now"), "money", unit=gettext("yuan")),
    ]


def differences(one: Comparison | None) -> list[Row]:
    """Return the lines that were added, removed or changed."""
    if one is None:
        return []
    return [
        Row(
            (
                it.about,
                gettext(_KINDS[it.kind]),
                _said(it.before),
                it.before.fen if it.before else None,
                _said(it.after),
                it.after.fen if it.after else None,
            )
        )
        for it in one.differences
    ]


def decision_columns() -> list[Column]:
    """Return the columns of :func:`decision_rows`."""
    return [
        Column(gettext("Time"), "moment"),
        Column(gettext("What")),
        Column(gettext("By")),
        Column(gettext("Reason")),
    ]


def decision_rows(done: Sequence[FileDecision], names: Mapping[str, str]) -> list[Row]:
    """Return what was done about a file, the first first."""
    return [
        Row((one.at, gettext(_ACTS[one.act]), names.get(str(one.officer_id), ""), one.reason))
        for one in done
    ]


def breaks(asked: FinanceAsk | None) -> list[str]:
    """Return where the chain of statements would not hold once the file was taken."""
    if asked is None:
        return []
    name = "breaks_zh" if visit().language == "zh" else "breaks"
    return [str(one) for one in asked.details.get(name, [])]


def _name(name: str) -> str:
    return gettext(_NAMES[name] if name in _NAMES else _WHAT.get(name, name))


def _said(one: Said | None) -> str:
    if one is None:
        return "—"
    what = gettext(_WHAT.get(one.what, one.what))
    return f"{what} {one.code}".strip()


def _written(value: int, one: Total) -> str:
    return f"{yuan(value)} {gettext('yuan')}" if one.is_money else f"{value:,}"
