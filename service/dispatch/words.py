"""What a bank file's states and events are called, what they mean, and what happens next."""

from service.web.language import gettext, translatable
from service.web.view_models import Tag, Tone

STATES: dict[str, tuple[str, Tone, str]] = {
    "unknown": (
        translatable("unknown"),
        "bad",
        translatable(
            "The connection broke at the wrong moment: the bank may or may not have the file. It is looked for at the bank by itself and is never sent again unless two officers decide so."
        ),
    ),
    "sending": (
        translatable("being sent"),
        "now",
        translatable("The file is on its way to the bank at this moment."),
    ),
    "prepared": (
        translatable("ready to send"),
        "",
        translatable(
            "The bytes are kept and wait for signatures, or for the bank to be reachable."
        ),
    ),
    "delivered": (
        translatable("at the bank"),
        "now",
        translatable("The bank has the whole file; its answer is awaited."),
    ),
    "answered": (
        translatable("answered"),
        "ok",
        translatable("The bank's answer was read and every line of it was applied."),
    ),
    "withdrawn": (
        translatable("withdrawn"),
        "",
        translatable(
            "The file was never sent and never will be: its batch was returned, or lines were left out and the rest goes in another file."
        ),
    ),
}

_ACTS: dict[str, tuple[str, Tone]] = {
    "bank_file.prepared": (translatable("Written and kept"), ""),
    "bank_file.waits": (translatable("Waits for a banking day"), ""),
    "bank_file.sending": (translatable("Sending began"), ""),
    "bank_file.delivered": (translatable("The bank has the file"), "ok"),
    "bank_file.unknown": (translatable("It is unknown whether the bank has the file"), "bad"),
    "bank_file.not_delivered": (translatable("Not handed over; it is tried again"), "warn"),
    "bank_file.found_at_bank": (translatable("Found at the bank"), "ok"),
    "bank_file.resend_released": (translatable("Released to be sent again"), "warn"),
    "bank_file.acknowledged": (translatable("The bank acknowledged it"), "ok"),
    "bank_file.answered": (translatable("The bank answered"), "ok"),
    "bank_file.recall_asked": (translatable("Payments of it are called back"), "warn"),
    "bank_file.withdrawn": (translatable("Withdrawn"), ""),
    "bank_file.denied": (
        translatable("The bank, which had accepted it, says that it has none"),
        "bad",
    ),
    "bank_file.known_again": (translatable("The bank knows it again"), "ok"),
    "hand_delivery.delivered_said": (
        translatable("Said to be delivered; another officer confirms"),
        "warn",
    ),
    "hand_delivery.delivered_confirmed": (translatable("Delivered by hand, confirmed"), "ok"),
    "hand_delivery.delivered_withdrawn": (translatable("The delivery was not confirmed"), "warn"),
    "hand_delivery.not_delivered_said": (
        translatable("Said not to be delivered; another officer confirms"),
        "warn",
    ),
    "hand_delivery.not_delivered_confirmed": (translatable("Taken back from the clerk"), "warn"),
    "hand_delivery.not_delivered_withdrawn": (translatable("It was not taken back"), "warn"),
    "hand_delivery.laid_out_again": (translatable("To be laid out again for the clerk"), ""),
    "hand_delivery.proof_read": (translatable("The proof of delivery was read"), ""),
    "payment.withheld": (translatable("A line was left out"), "warn"),
    "resend.agreed": (translatable("The second officer agreed to send again"), "warn"),
    "payment.sent": (translatable("Its payments are in transit"), ""),
}

PAYMENTS: dict[str, tuple[str, Tone]] = {
    "frozen": (translatable("decided, not sent"), ""),
    "ready": (translatable("released again"), ""),
    "withheld": (translatable("left out before sending"), "warn"),
    "sent": (translatable("in transit"), "now"),
    "unknown": (translatable("the bank is silent"), "warn"),
    "paid": (translatable("paid"), "ok"),
    "rejected": (translatable("rejected"), "bad"),
    "returned": (translatable("came back"), "bad"),
    "reissued": (translatable("issued again"), ""),
}


def state_tag(state: str) -> Tag:
    """Return a bank file's state as an adjective."""
    text, tone, _ = STATES[state]
    return Tag(gettext(text), tone)


def meaning(state: str) -> str:
    """Return what a state means and what happens next."""
    return gettext(STATES[state][2])


def act(name: str) -> tuple[str, Tone]:
    """Return how an entry of the audit trail is told; an act of a later version by its own name."""
    text, tone = _ACTS.get(name, ("", ""))
    return (gettext(text) if text else name), tone


def payment_tag(state: str) -> Tag:
    """Return a payment's state as an adjective."""
    text, tone = PAYMENTS[state]
    return Tag(gettext(text), tone)
