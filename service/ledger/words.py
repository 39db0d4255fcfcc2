"""The ledger's kinds of account and of events in plain words."""

from service.ledger.names import programme_name
from service.web.catalogue import chinese
from service.web.here import visit
from service.web.language import gettext, translatable

KINDS: dict[str, tuple[str, str]] = {
    "authority": (
        translatable("Authority to spend"),
        translatable("what the finance department gave, seen from the other side"),
    ),
    "available": (translatable("Available"), translatable("given and not yet committed")),
    "commitments": (translatable("Committed"), translatable("approved, not yet at a bank")),
    "in_transit": (translatable("In transit"), translatable("at a bank, not yet answered")),
    "settled": (translatable("Settled"), translatable("on people's accounts")),
    "returned_held": (
        translatable("Returned"),
        translatable("came back and is kept for the person"),
    ),
    "bank_cash": (translatable("Cash at the bank"), translatable("by the bank's statements")),
    "bank_clearing": (
        translatable("Clearing at the bank"),
        translatable("debited by the bank for files of ours"),
    ),
    "treasury_funding": (
        translatable("Funding by the treasury"),
        translatable("with which the bank accounts were opened"),
    ),
    "unidentified_receipts": (
        translatable("Unidentified receipts"),
        translatable("money that belongs to nothing of ours yet"),
    ),
    "recovery_receivable": (
        translatable("To be recovered"),
        translatable("paid and not due; asked back and not back yet"),
    ),
    "written_off": (
        translatable("Written off"),
        translatable("paid and not due; two officers gave it up"),
    ),
    "receipts_written_off": (
        translatable("Receipts written off"),
        translatable("small differences of nobody; two officers gave them up"),
    ),
    "due_to_treasury": (
        translatable("Due to the treasury"),
        translatable("unspent or never claimed; goes back to the treasury"),
    ),
}

_EVENTS: dict[str, str] = {
    "appropriation.received": translatable("Appropriation received"),
    "batch.committed": translatable("Batch approved"),
    "batch.recommitted": translatable("Re-issue approved"),
    "batch.released": translatable("Approval undone"),
    "channel.funded": translatable("Bank account opened"),
    "file.sent": translatable("File handed to the bank"),
    "reply.paid": translatable("The bank says paid"),
    "reply.rejected": translatable("The bank says rejected"),
    "recall.cancelled": translatable("The bank cancelled at our request"),
    "recall.paid_after_all": translatable("Paid after all, not cancelled"),
    "statement.debited": translatable("Debited by the bank"),
    "statement.returned": translatable("Credited back by the bank"),
    "statement.return_undone": translatable("Return taken back by the bank"),
    "statement.unidentified": translatable("Movement that belongs to nothing of ours"),
    "payment.returned": translatable("Payment came back"),
    "return.undone": translatable("Paid after all, its return taken back"),
    "payment.paid_late": translatable("Paid after it was refused"),
    "payment.paid_after_reissue": translatable("Paid after it was issued again"),
    "double.came_back": translatable("One of two payments came back"),
    "receipt.assigned": translatable("Receipt assigned to its payments"),
    "return.settled_first": translatable("Paid, as its return shows"),
    "recovery.opened": translatable("Asked back"),
    "recovery.reduced": translatable("Less asked back"),
    "recovery.kept": translatable("Kept from a later payment"),
    "recovery.kept_undone": translatable("Kept amount undone"),
    "recovery.received": translatable("Paid back"),
    "recovery.written_off": translatable("Recovery given up"),
    "receipt.written_off": translatable("Receipt written off"),
    "entry.reversed": translatable("Entry taken back"),
    "year.unspent": translatable("Unspent at the end of the year"),
    "year.forfeited": translatable("Returned money goes to the treasury"),
    "year.carried_over": translatable("Returned money is carried over"),
}
ORIGINS: dict[str, str] = {
    "appropriation": translatable("Appropriation"),
    "batch": translatable("Batch"),
    "payment": translatable("Payment"),
    "bank_file": translatable("Bank file"),
    "reply": translatable("Reply"),
    "recall": translatable("Recall"),
    "statement": translatable("Statement"),
    "statement_line": translatable("Statement line"),
    "recovery": translatable("Recovery"),
    "channel": translatable("Bank"),
    "entry": translatable("Entry"),
}


def kind(name: str) -> str:
    """Return what a kind of account is called; one of a later version stands for itself."""
    return gettext(KINDS[name][0]) if name in KINDS else name


def event(name: str) -> str:
    """Return what a kind of event is called; one that nobody described stands for itself."""
    return gettext(_EVENTS[name]) if name in _EVENTS else name


def kind_in(name: str, language: str) -> str:
    """Return what a kind of account is called in ``zh`` or ``en``, whatever the request's language."""
    text = KINDS[name][0] if name in KINDS else name
    return chinese().gettext(text) if language == "zh" else text


def event_in(name: str, language: str) -> str:
    """Return what a kind of event is called in ``zh`` or ``en``, likewise."""
    text = _EVENTS.get(name, name)
    return chinese().gettext(text) if language == "zh" else text


def programme(code: str) -> str:
    """Return a programme's name and code."""
    name = programme_name(code, visit().language)
    return name if name == code else f"{name} {code}"
