"""What finance reads about an exception: why it is there, what happens next, who puts it right."""

from datetime import date

from service.foundation import clock
from service.foundation.working_days import working_days_after
from service.reconciliation import words
from service.reconciliation.desk.find import Found
from service.reconciliation.desk.wanted import OTHER
from service.reconciliation.reasons import REASONS, WHO, reason_of
from service.web.language import gettext, translatable
from service.web.view_models import Tag, Tone

KINDS: dict[str, str] = {
    "failed": translatable("failed payment"),
    "line": translatable("answer that moved nothing"),
    "receipt": translatable("money of nobody"),
    "file": translatable("file not believed"),
    "recall": translatable("recall"),
}
_STATES: dict[str, tuple[str, Tone]] = {
    "to_do": (translatable("to be done"), "warn"),
    "ready": (translatable("can be issued again"), "ok"),
    "asked": (translatable("waits for another officer"), "now"),
}
_RECALLS: dict[str, tuple[str, str]] = {
    "answered": (
        translatable("The bank refused, at least in part."),
        translatable("Tell whoever asked for the recall, then note it on the recall's page."),
    ),
    "unknown": (
        translatable("It is not known whether the bank has the request."),
        translatable("Telephone the bank now; the request is not sent twice."),
    ),
    "letter": (
        translatable("This bank takes the request as a letter only."),
        translatable("Print the letter, take it to the bank, then record its answer."),
    ),
}
_LATE = (
    translatable("The bank has not answered the recall in time."),
    translatable("Telephone the bank and record what it says, with who said it."),
)

_MOVEMENT_STEPS = {
    False: translatable("Ask the bank where it comes from; then say which payments came back."),
    True: translatable("Ask the bank why it took the money and to give it back."),
}
_FILE_STEP = translatable(
    "Ask the bank for a correct file of the same day; bring it or let it be fetched."
)


def kind(name: str) -> str:
    return gettext(KINDS[name])


def state_tag(state: str) -> Tag:
    text, tone = _STATES[state]
    return Tag(gettext(text), tone)


def state_word(state: str) -> str:
    return gettext(_STATES[state][0])


def reason_label(code: str) -> str:
    """Return a reason of the filter: a bank's code with its meaning, or what is wrong with a line."""
    if code == OTHER:
        return gettext("another code of the bank's")
    if code in REASONS:
        return f"{code} {gettext(REASONS[code].why)}"
    return words.outcome(code).text


def why(one: Found) -> str:
    """Return why it is there, in a sentence or two words."""
    if one.kind == "failed":
        known = reason_of(one.code).why
        return gettext(known) if known else one.said or gettext("The bank gave no reason.")
    if one.kind == "line":
        return words.outcome(one.code).text
    if one.kind == "receipt":
        if one.amount_fen < 0:
            return gettext("Money left the account for nothing of ours.")
        return gettext("Money came in that names no payment of ours.")
    if one.kind == "file":
        return gettext("The file was not believed; nothing of it was booked.")
    return gettext(_RECALLS.get(one.code, _LATE)[0])


def step(one: Found) -> str:
    """Return what happens next."""
    if one.state == "ready":
        return gettext("The account was corrected: it can be issued again now.")
    if one.state == "asked":
        return gettext("Another officer confirms whose money it is.")
    if one.kind == "receipt":
        return gettext(_MOVEMENT_STEPS[one.amount_fen < 0])
    if one.kind == "file":
        return gettext(_FILE_STEP)
    steps = {
        "failed": lambda: reason_of(one.code).step,
        "line": lambda: words.OUTCOMES[one.code][1],
        "recall": lambda: _RECALLS.get(one.code, _LATE)[1],
    }
    return gettext(steps[one.kind]())


def who(one: Found) -> str:
    """Return who puts it right."""
    if one.state in ("ready", "asked") or one.kind == "recall":
        return gettext(WHO["finance"])
    if one.kind == "failed":
        return gettext(WHO[reason_of(one.code).who])
    return gettext(WHO["bank"])


def age(one: Found) -> int:
    """Return since how many working days it is open."""
    return age_of(one.since)


def age_of(since: date) -> int:
    """Return how many working days have gone by since a day."""
    return working_days_after(since, clock.today())


def home(one: Found) -> str:
    """Return the page of the matter itself, where it is settled."""
    if one.kind == "line":
        return f"/reconciliation/lines/{one.id}"
    if one.kind == "receipt":
        return (
            f"/reconciliation/receipts/{one.id}" if one.amount_fen > 0 else "/reconciliation/asks"
        )
    if one.kind == "file":
        return f"/reconciliation/files/{one.id}"
    if one.kind == "recall":
        return f"/dispatch/recalls/{one.id}"
    return ""


_ACTS: dict[str, tuple[str, Tone]] = {
    "finance_exception.taken": (translatable("Taken by an officer"), "now"),
    "finance_exception.handed": (translatable("Handed to a colleague"), "now"),
    "finance_exception.laid_down": (translatable("Laid down"), "warn"),
}


def act(name: str) -> tuple[str, Tone]:
    """Return how an entry of the audit trail is told."""
    text, tone = _ACTS.get(name, ("", ""))
    return (gettext(text) if text else name), tone
