"""What recalls are called, what their states mean, and the reasons banks understand."""

from service.web.language import gettext, translatable
from service.web.view_models import Tag, Tone

STATES: dict[str, tuple[str, Tone, str]] = {
    "prepared": (
        translatable("request ready to send"),
        "now",
        translatable("The request to the bank is written and is handed over by itself."),
    ),
    "sending": (
        translatable("request being sent"),
        "now",
        translatable("The request is on its way to the bank at this moment."),
    ),
    "unknown": (
        translatable("request may have arrived"),
        "bad",
        translatable(
            "The connection broke at the wrong moment. The request is looked for at the bank; where the bank does not have it after its waiting time, the same request is handed over once more. Telephone the bank now."
        ),
    ),
    "delivered": (
        translatable("asked of the bank"),
        "now",
        translatable(
            "The bank has the request. Until it answers, the payments stay as they are: they may still be executed."
        ),
    ),
    "letter": (
        translatable("letter to the bank"),
        "warn",
        translatable(
            "This bank takes no such messages. Print the letter, have it sealed and take it to the bank; then record its answer here."
        ),
    ),
    "answered": (
        translatable("refused, at least in part"),
        "bad",
        translatable(
            "The bank goes on with what it refused to cancel. Tell whoever asked, then note it here."
        ),
    ),
    "closed": (
        translatable("all answered"),
        "ok",
        translatable("Every payment in it has its final answer."),
    ),
}

LINES: dict[str, tuple[str, Tone]] = {
    "asked": (translatable("asked"), "now"),
    "cancelled": (translatable("cancelled"), "ok"),
    "refused": (translatable("refused by the bank"), "bad"),
    "disputed": (translatable("the bank contradicts itself"), "bad"),
}

REASONS: dict[str, str] = {
    "UPAY": translatable("was not due, for example the person has died"),
    "DUPL": translatable("paid twice"),
    "AM09": translatable("wrong amount"),
    "AC03": translatable("wrong account"),
    "TECH": translatable("a technical mistake"),
    "FRAD": translatable("suspected fraud"),
    "CUST": translatable("asked for by the payer"),
    "CUTA": translatable("nobody can look into it in time"),
}

ACTS: dict[str, tuple[str, Tone]] = {
    "recall.asked": (translatable("The recall was decided"), "warn"),
    "recall.agreed": (translatable("The second officer agreed to the recall"), "warn"),
    "recall.sending": (translatable("Sending of the request began"), ""),
    "recall.delivered": (translatable("The bank has the request"), "ok"),
    "recall.unknown": (translatable("It is unknown whether the bank has the request"), "bad"),
    "recall.not_delivered": (translatable("Not handed over; it is tried again"), "warn"),
    "recall.found_at_bank": (translatable("The request was found at the bank"), "ok"),
    "recall.sent_again": (
        translatable("The request is nowhere at the bank; it is handed over once more"),
        "warn",
    ),
    "recall.answered": (translatable("Every payment in it is answered"), ""),
    "recall.opened_again": (translatable("Opened again: the bank contradicts itself"), "bad"),
    "recall.closed": (translatable("The recall is closed"), "ok"),
    "recall.late": (translatable("The bank has not answered in time"), "bad"),
    "recall.answer_recorded": (translatable("The bank's answer was recorded by hand"), "warn"),
    "recall.answer_agreed": (translatable("The second officer confirmed the recorded answer"), ""),
    "recall_line.asked": (translatable("Its payments were noted"), ""),
    "recall_line.cancelled": (translatable("Payments will not be executed"), "ok"),
    "recall_line.refused": (translatable("The bank refused to cancel payments"), "bad"),
    "recall_line.disputed": (
        translatable("The bank said of payments both that it paid and that it cancelled"),
        "bad",
    ),
    "payment.rejected": (translatable("Payments are not executed; their money is free again"), ""),
    "payment.paid": (translatable("Payments were paid after all"), "warn"),
}


def state_tag(state: str) -> Tag:
    """Return a recall's state as an adjective."""
    text, tone, _ = STATES[state]
    return Tag(gettext(text), tone)


def meaning(state: str) -> str:
    """Return what a state means and what happens next."""
    return gettext(STATES[state][2])


def line_tag(state: str) -> Tag:
    """Return the state of a payment in a recall."""
    text, tone = LINES[state]
    return Tag(gettext(text), tone)


def act(name: str) -> tuple[str, Tone]:
    """Return how an entry of the audit trail is told."""
    text, tone = ACTS.get(name, ("", ""))
    return (gettext(text) if text else name), tone
