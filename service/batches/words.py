"""What people read for the states of batches and lines, the acts in their history, and the holds."""

from service.batches.controls import BY_CODE
from service.batches.models import Batch
from service.programmes.titles import title
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.view_models import Step, Tag, Tone

_BATCH: dict[str, tuple[str, Tone, str]] = {
    "draft": (
        translatable("draft"),
        "warn",
        translatable("The list is made; its maker looks at the held lines and submits the rest."),
    ),
    "returned": (
        translatable("returned"),
        "bad",
        translatable("The list came back to its maker with a reason; it can be submitted again."),
    ),
    "frozen": (
        translatable("in review"),
        "now",
        translatable("The list is frozen and waits for a reviewer; nobody can change a line."),
    ),
    "noticed": (
        translatable("on public notice"),
        "now",
        translatable(
            "The list is frozen and posted; it can be approved once the notice has ended."
        ),
    ),
    "approved": (
        translatable("approved"),
        "ok",
        translatable("Approved; the bank files are being written."),
    ),
    "prepared": (
        translatable("ready to sign"),
        "now",
        translatable("The bank files are written and wait for the signature of finance."),
    ),
    "signed": (
        translatable("signed"),
        "ok",
        translatable("Signed; the files are being handed over to the banks."),
    ),
    "sent": (
        translatable("sent"),
        "ok",
        translatable("Every file is with its bank; the banks' answers are awaited."),
    ),
    "answered": (
        translatable("answered"),
        "ok",
        translatable("The banks have answered; each line shows what became of it."),
    ),
}

_LINE: dict[str, tuple[str, Tone]] = {
    "ready": (translatable("ready"), ""),
    "held": (translatable("held"), "warn"),
    "frozen": (translatable("frozen"), "now"),
    "withheld": (translatable("left out before sending"), "warn"),
    "sent": (translatable("with the bank"), "now"),
    "paid": (translatable("paid"), "ok"),
    "rejected": (translatable("not paid"), "bad"),
    "unknown": (translatable("no answer yet"), "warn"),
    "returned": (translatable("sent back by the bank"), "bad"),
    "reissued": (translatable("re-issued"), ""),
}

_LINE_TYPES: dict[str, str] = {
    "regular": translatable("regular"),
    "arrears": translatable("arrears: learned late"),
    "office_late": translatable("arrears: the office was late"),
    "supplementary": translatable("supplementary: more for a paid period"),
    "estate": translatable("estate: to the heir of the dead"),
    "instalment": translatable("instalment: the rest of a line paid in part"),
}

_ACTS: dict[str, tuple[str, Tone]] = {
    "batch.built": (translatable("List made"), ""),
    "batch.frozen": (translatable("Submitted for review"), ""),
    "batch.divided": (
        translatable("Divided into instalments: the same share for everybody"),
        "warn",
    ),
    "batch.noticed": (translatable("Public notice posted"), ""),
    "batch.approved": (translatable("Payment approved"), "ok"),
    "batch.step_approved": (translatable("One step approved"), "ok"),
    "batch.returned": (translatable("Returned to the maker"), "bad"),
    "batch.reopened": (translatable("Back to an earlier step"), "bad"),
    "batch.recalled": (translatable("Called back"), "warn"),
    "batch.signature_given": (translatable("One signature given"), "ok"),
    "approval.officer_excluded": (
        translatable("An officer keeps out: own people are paid"),
        "warn",
    ),
    "approval.conflict_refused": (translatable("Refused: the officer has to keep out"), "bad"),
    "batch.prepared": (translatable("Bank files written"), ""),
    "batch.signed": (translatable("Signed"), "ok"),
    "batch.sent": (translatable("Handed over to the banks"), "ok"),
    "batch.answered": (translatable("Answered by the banks"), "ok"),
    "exceptions.cleared": (translatable("Holds cleared together"), ""),
    "hold.cleared": (translatable("Hold released"), ""),
    "payment.withheld": (translatable("Left out before sending"), "warn"),
    "hold.ended": (translatable("Released to be issued again"), ""),
    "finding.cleared": (translatable("Finding cleared"), ""),
}

_HOLDS = {
    "death_reported": translatable("death reported"),
    "payee_dead": translatable("has died"),
    "no_account": translatable("no account"),
    "account_not_usable": translatable("account not usable"),
    "account_unverified": translatable("account not confirmed"),
    "account_name_mismatch": translatable("name mismatch"),
    "shared_account": translatable("shared account"),
    "account_changed": translatable("account is new"),
    "identity_disputed": translatable("number in dispute"),
    "same_person_twice": translatable("listed twice"),
    "paid_already": translatable("paid already"),
    "counted_twice": translatable("counted twice"),
    "public_payroll": translatable("on public payroll"),
    "amount_not_rule": translatable("amount is not the rule's"),
    "objection": translatable("objection"),
    "held_when_signed": translatable("left out when signed"),
    "funds_short": translatable("waits for money"),
    "no_channel": translatable("no paying bank"),
    "charset_unsendable": translatable("unsendable character"),
    "feed_stale_new_entrant": translatable("new, data too old"),
}

_STEPS = (
    translatable("Make"),
    translatable("Review"),
    translatable("Sign"),
    translatable("Send"),
    translatable("Answer"),
)
_STEP_OF = {
    "draft": 0, "returned": 0, "frozen": 1, "noticed": 1, "approved": 2, "prepared": 2,
    "signed": 3, "sent": 4, "answered": 5,
}  # fmt: skip

BATCH_STATES = tuple(_BATCH)
LINE_STATES = tuple(_LINE)
ACTS = tuple(_ACTS)


def batch_tag(state: str) -> Tag:
    """Return a batch's state as an adjective."""
    text, tone, _ = _BATCH[state]
    return Tag(gettext(text), tone)


def batch_status(state: str) -> str:
    """Return one sentence on what a batch in this state waits for."""
    return gettext(_BATCH[state][2])


def line_tag(state: str) -> Tag:
    """Return a line's state as an adjective."""
    text, tone = _LINE[state]
    return Tag(gettext(text), tone)


def line_type(kind: str, *, is_office_late: bool = False) -> str:
    """Return what a line's type is called; ``is_office_late`` as its decision says."""
    called = "office_late" if is_office_late and kind == "arrears" else kind
    return gettext(_LINE_TYPES[called])


def act_words(act: str) -> tuple[str, Tone]:
    """Return what an act of the history is called, and its tone."""
    text, tone = _ACTS[act]
    return gettext(text), tone


def hold_label(control: str) -> str:
    """Return a hold in two or three words, for a table."""
    return gettext(_HOLDS[control])


def hold_sentence(control: str) -> str:
    """Return a hold as a whole sentence."""
    found = BY_CODE[control]
    return found.zh if visit().language == "zh" else found.en


def hold_ends(control: str) -> str:
    """Return who ends a hold, and how."""
    found = BY_CODE[control]
    who = (
        gettext("corrected data only")
        if found.clears == "data"
        else gettext("the maker, with a reason")
    )
    how = found.how_zh if visit().language == "zh" else found.how_en
    return f"{who}: {how}" if visit().language == "en" else f"{who}：{how}"


def programme_name(code: str) -> str:
    """Return a programme's name in the language of the request."""
    return title(code, visit().language)


def steps(batch: Batch, notes: dict[int, str]) -> list[Step]:
    """Return the batch's way; ``notes`` says at a step's number who took it or until when it lasts."""
    here = _STEP_OF[batch.state]
    made: list[Step] = []
    for number, label in enumerate(_STEPS):
        if number < here:
            state = "done"
        elif number == here:
            state = "stopped" if batch.state == "returned" else "now"
        else:
            state = "later"
        made.append(Step(gettext(label), state, notes.get(number, "")))  # type: ignore[arg-type]
    return made
