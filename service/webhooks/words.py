"""What administrators read about webhooks."""

from service.batches.words import programme_name
from service.web.language import gettext, translatable
from service.web.view_models import Tag, Tone
from service.webhooks.models import WebhookEndpoint, WebhookTry

_STATES: dict[str, tuple[str, Tone]] = {
    "proposed": (translatable("waits for a second administrator"), "now"),
    "active": (translatable("on"), "ok"),
    "off": (translatable("off"), "bad"),
    "refused": (translatable("turned down"), ""),
    "withdrawn": (translatable("taken back"), ""),
    "ended": (translatable("ended"), ""),
}
_KINDS = {
    "batch.signed": translatable("list signed"),
    "payment.held": translatable("payments held"),
    "payment.sent": translatable("payments sent to the bank"),
    "payment.unknown": translatable("payments the bank left open"),
    "payment.paid": translatable("payments made"),
    "payment.rejected": translatable("payments rejected"),
    "payment.returned": translatable("payments returned"),
    "payment.reissued": translatable("payments re-issued"),
    "day.closed": translatable("bank day closed"),
    "test": translatable("test"),
}
_OUTCOMES: dict[str, tuple[str, Tone]] = {
    "delivered": (translatable("taken"), "ok"),
    "waiting": (translatable("waiting"), "now"),
    "parked": (translatable("parked"), "bad"),
}
_TRIES = {
    "taken": translatable("taken"),
    "refused": translatable("refused"),
    "address_refused": translatable("address not allowed"),
    "not_reached": translatable("nobody answered"),
    "not_secure": translatable("certificate not trusted"),
    "too_slow": translatable("too slow"),
    "broken": translatable("answer not understood"),
}
_BECAUSE = {
    "officer": translatable("An administrator switched it off."),
    "silent": translatable("It took nothing for three days, so the service switched it off."),
    "gone": translatable("It answered that it is gone (410), so the service switched it off."),
}


def state_tag(state: str) -> Tag:
    """Return an endpoint's state as an adjective."""
    text, tone = _STATES[state]
    return Tag(gettext(text), tone)


def outcome_tag(outcome: str) -> Tag:
    """Return how an event stands as an adjective."""
    text, tone = _OUTCOMES[outcome]
    return Tag(gettext(text), tone)


def kind_words(kind: str) -> str:
    """Return what a kind of event tells."""
    return gettext(_KINDS[kind])


def tried(one: WebhookTry | None) -> str:
    """Return what a try came to, with the status where one was said."""
    if one is None:
        return ""
    said = gettext(_TRIES[one.outcome])
    return f"{said} ({one.status})" if one.status is not None else said


def off_because(endpoint: WebhookEndpoint) -> str:
    """Return why an endpoint is off, or nothing."""
    return gettext(_BECAUSE[endpoint.off_because]) if endpoint.state == "off" else ""


def programme_words(endpoint: WebhookEndpoint) -> str:
    """Return the programmes it hears of: their names, or how many."""
    if len(endpoint.programmes) > 3:
        return gettext("%(count)s programmes") % {"count": len(endpoint.programmes)}
    return " · ".join(programme_name(code) for code in endpoint.programmes)
