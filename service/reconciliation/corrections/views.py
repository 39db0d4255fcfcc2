"""What the pages of corrections show of a row: where it stands, what it says, what is wrong."""

from service.reconciliation.corrections.models import CorrectionFile
from service.reconciliation.corrections.queries import Shown
from service.reconciliation.workbooks.reader import Reader
from service.web.filters import NONE, ending
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.view_models import Column, Fault, Row, Tag, Tone

_STATES: dict[str, tuple[str, Tone]] = {
    "ready": (translatable("ready to be asked for"), "now"),
    "faulty": (translatable("to be mended"), "bad"),
    "dropped": (translatable("dropped"), ""),
    "requested": (translatable("waits for the second officer"), "warn"),
    "confirmed": (translatable("account changed: issue again"), "ok"),
    "refused": (translatable("refused by the second officer"), "bad"),
    "withdrawn": (translatable("withdrawn"), ""),
    "reissued": (translatable("issued again"), "ok"),
}
TALLIED = ("faulty", "ready", "asked", "dropped")
_TALLY = {
    "faulty": translatable("To be mended"),
    "ready": translatable("Ready"),
    "asked": translatable("Asked for"),
    "dropped": translatable("Dropped"),
}


def tally(state: str) -> str:
    """Return what rows of a state are called in a sum."""
    return gettext(_TALLY[state])


def standing(one: Shown) -> Tag:
    """Return how far a row has come."""
    state = "reissued" if one.reissued_as else one.change_state or one.row.state
    text, tone = _STATES[state]
    return Tag(gettext(text), tone)


def columns() -> list[Column]:
    """Return the columns of :func:`row`."""
    return [
        Column(gettext("Row")),
        Column(gettext("Reference"), "code"),
        Column(gettext("Payee")),
        Column(gettext("New account")),
        Column(gettext("State")),
        Column(gettext("What is wrong, or what came of it")),
    ]


def row(one: Shown, reader: Reader, file: CorrectionFile) -> Row:
    """Return a row of the sheet with its faults, each with cell and value."""
    payment = one.payment
    payee = NONE
    if payment is not None:
        name = reader.name(payment.payee_name, payment.programme, payment.division)
        payee = f"{name} · {reader.programme(payment.programme, payment.division)} {one.month}"
    is_open = one.row.state in ("faulty", "ready")
    cells = (
        place_of(one),
        one.entry["reference"] or NONE,
        payee,
        f"{one.entry['bank_name']} {ending(one.entry['account'][-4:])}",
        standing(one),
        " ".join(fault.sentence for fault in faults(one, file, reader)) or _became(one),
    )
    href = f"/account-corrections/{file.id}/rows/{one.row.id}" if is_open else ""
    return Row(cells, href, tone="bad" if one.row.state == "faulty" else "")


def place_of(one: Shown) -> str:
    """Return where a row stands in its sheet."""
    place = gettext("row %(row)s") % {"row": one.row.row_no}
    return f"{one.row.sheet} {place}".strip()


def faults(one: Shown, file: CorrectionFile, reader: Reader) -> list[Fault]:
    """Return every fault as a sentence with cell and value; the value only to whom it came from."""
    if one.row.state != "faulty":
        return []
    language = "sentence_zh" if visit().language == "zh" else "sentence"
    return [
        Fault(f"{_where(fault, one, file, reader)}{fault[language]}", fault["field"])
        for fault in one.row.faults
    ]


def _where(fault: dict[str, str], one: Shown, file: CorrectionFile, reader: Reader) -> str:
    value = one.entry.get(fault["field"], "")
    if file.imported_by != str(reader.officer.id) and fault["field"] in ("account", "holder"):
        value = ""
    said = gettext("“%(value)s”: ") % {"value": value[:60]} if value else ""
    return f"{fault['cell']} {said}".lstrip()


def _became(one: Shown) -> str:
    if one.reissued_as:
        return gettext("Issued again as %(reference)s.") % {"reference": one.reissued_as}
    return NONE
