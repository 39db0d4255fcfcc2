"""What people read for the states of recovery cases and the acts in them."""

from service.web.language import gettext, translatable
from service.web.view_models import Tag, Tone

_STATES: dict[str, tuple[str, Tone, str]] = {
    "open": (
        translatable("not told yet"),
        "warn",
        translatable("The resident has not been told yet."),
    ),
    "noticed": (
        translatable("resident told"),
        "now",
        translatable("The resident was told; a reviewer has to agree before anything is kept."),
    ),
    "netting": (
        translatable("kept from payments"),
        "now",
        translatable("A share of each later payment of the programme is kept."),
    ),
    "instalments": (
        translatable("in instalments"),
        "now",
        translatable("A fixed sum is kept from each month's payment, within the agreed share."),
    ),
    "settled": (translatable("all back"), "ok", translatable("Everything has come back.")),
    "withdrawn": (
        translatable("taken back"),
        "",
        translatable("Later facts say that the money had been due."),
    ),
    "written_off": (
        translatable("written off"),
        "",
        translatable("Two officers gave up what was left."),
    ),
}
_ACTS: dict[str, tuple[str, Tone]] = {
    "recovery.opened": (translatable("Case opened"), ""),
    "recovery.noticed": (translatable("Resident told"), ""),
    "recovery.agreed": (translatable("Terms agreed"), "ok"),
    "recovery.received": (translatable("Money paid back"), "ok"),
    "recovery.reduced": (translatable("Less is asked, by later facts"), ""),
    "recovery.settled": (translatable("Case settled"), "ok"),
    "recovery.withdrawn": (translatable("Case withdrawn"), ""),
    "recovery.write_off_approved": (translatable("Write-off approved once"), "warn"),
    "recovery.written_off": (translatable("Written off"), "warn"),
}

STATES = tuple(_STATES)
ACTS = tuple(_ACTS)


def state_tag(state: str) -> Tag:
    """Return a case's state as an adjective."""
    text, tone, _ = _STATES[state]
    return Tag(gettext(text), tone)


def state_sentence(state: str) -> str:
    """Return one sentence on where a case stands."""
    return gettext(_STATES[state][2])


def act_words(act: str) -> tuple[str, Tone]:
    """Return what an act is called, and its tone."""
    text, tone = _ACTS[act]
    return gettext(text), tone
