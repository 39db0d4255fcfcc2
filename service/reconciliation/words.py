"""What banks' answers are called, and what a refusal means for the person who waits for the money."""

from service.batches.models import Payment
from service.ledger.asks.models import FinanceAsk
from service.reconciliation.late import Late
from service.reconciliation.reasons import reason_of
from service.web import filters
from service.web.language import gettext, translatable
from service.web.view_models import Tag, Tone

KINDS = {"reply": translatable("reply"), "statement": translatable("statement")}

OUTCOMES: dict[str, tuple[str, str]] = {
    "moved": (translatable("applied"), ""),
    "unchanged": (translatable("said before"), ""),
    "duplicate_line": (translatable("said twice in one file"), ""),
    "amount_mismatch": (
        translatable("another amount"),
        translatable(
            "The bank names another amount than was sent. Ask the bank which is right before anything is done."
        ),
    ),
    "account_mismatch": (
        translatable("another account"),
        translatable(
            "The bank names another account than was sent. Ask the bank which account the money went to before anything is done."
        ),
    ),
    "name_mismatch": (
        translatable("another name"),
        translatable(
            "The bank names another payee than was sent. Ask the bank who was paid before anything is done."
        ),
    ),
    "duplicate_conflict": (
        translatable("two results in one file"),
        translatable(
            "One file says two things about one payment. Ask the bank for a correct one; until then the payment stays open."
        ),
    ),
    "unknown_code": (
        translatable("unclear result"),
        translatable(
            "The bank's word is not in its table of results, so it proves nothing. Ask the bank what became of the payment."
        ),
    ),
    "unknown_reference": (
        translatable("not ours"),
        translatable("The reference is none of ours. Ask the bank what the line is about."),
    ),
    "wrong_file": (
        translatable("of another file"),
        translatable(
            "The payment was sent in another file. Ask the bank for a correct reply to that one."
        ),
    ),
    "not_asked": (
        translatable("not called back"),
        translatable(
            "The bank says it cancelled a payment that nobody had asked it to. Ask the bank what it means."
        ),
    ),
    "contradiction": (
        translatable("contradiction"),
        translatable(
            "The bank says two things about one payment. Ask which is true; until then it stays open."
        ),
    ),
}

LEFT_LYING = tuple(name for name, (_, what_to_do) in OUTCOMES.items() if what_to_do)
"""Outcomes of a reply's line that moved nothing and that somebody has to look at."""

SAID: dict[str, str] = {
    "paid": translatable("paid"),
    "rejected": translatable("rejected"),
    "returned": translatable("returned"),
    "in_transit": translatable("in transit"),
    "unknown": translatable("unclear"),
}


def file_tag(state: str) -> Tag:
    """Return a bank's file's state as an adjective."""
    if state == "quarantined":
        return Tag(gettext("in quarantine"), "bad")
    if state == "rejected":
        return Tag(gettext("set aside"), "warn")
    return Tag(gettext("applied"), "ok")


def outcome(name: str) -> Tag:
    """Return what was done with a line."""
    tone: Tone = "bad" if OUTCOMES[name][1] else ""
    return Tag(gettext(OUTCOMES[name][0]), tone)


def failure(payment: Payment) -> str:
    """Return why a payment failed, in plain words; the bank's own where the code is not known."""
    known = reason_of(payment.result_code)
    if known.why:
        return gettext(known.why)
    return payment.result_reason or gettext("The bank gave no reason.")


def next_step(payment: Payment, *, is_corrected: bool) -> str:
    """Return what has to happen before the money can go out again."""
    if is_corrected:
        return gettext("The account was corrected: it can be issued again now.")
    return gettext(reason_of(payment.result_code).step)


_MATCHED: dict[str, str] = {
    "file": translatable("Debited for our files"),
    "return": translatable("Credited back"),
    "return_undone": translatable("Return taken back by the bank"),
    "unidentified": translatable("Belongs to nothing of ours"),
}
_ASKED: dict[str, str] = {
    "reopen_day": translatable("Re-open %(channel)s, %(day)s"),
    "write_off": translatable("Write off line %(line)s of a statement"),
    "reverse_entry": translatable("Take back entry %(number)s"),
    "close_year": translatable("Close the year %(year)s"),
    "take_file": translatable("Take the file %(file)s after all"),
    "settle_held": translatable("Settle the returned money of %(year)s"),
}


def matched(name: str) -> str:
    """Return what a movement of a statement was matched to."""
    return gettext(_MATCHED[name]) if name in _MATCHED else name


def asked(one: FinanceAsk) -> str:
    """Return what an officer asked another one for."""
    return gettext(_ASKED[one.kind]) % one.details


def answered(answer: str) -> Tag:
    """Return how it was answered."""
    if answer == "confirmed":
        return Tag(gettext("confirmed"), "ok")
    return Tag(gettext("turned down"), "bad")


def late(one: Late) -> str:
    """Return what has not come, from whom, and since when it is late."""
    if one.kind == "reply":
        said = gettext("%(bank)s has not answered %(about)s; it was due %(due)s.")
    else:
        said = gettext("%(bank)s has not sent the statement of %(about)s; it was due %(due)s.")
    return said % {"bank": one.channel.name, "about": one.about, "due": filters.moment(one.due_at)}
