"""What officers read about proposals: states, acts, buckets of a distribution."""

from itertools import pairwise

from service.web.filters import yuan
from service.web.language import gettext, pgettext, translatable
from service.web.view_models import Tag, Tone

_STATES: dict[str, tuple[str, Tone]] = {
    "draft": (translatable("draft"), ""),
    "submitted": (translatable("waits for the department"), "now"),
    "approved_by_department": (translatable("waits for finance"), "now"),
    "approved": (translatable("approved"), "ok"),
    "in_force": (translatable("in force"), "ok"),
    "returned": (translatable("sent back"), "warn"),
    "withdrawn": (translatable("withdrawn"), ""),
}

ACTS: dict[str, tuple[str, Tone]] = {
    "rules.proposed": (translatable("Written"), ""),
    "rules.rewritten": (translatable("Written anew"), ""),
    "rules.submitted": (translatable("Submitted"), ""),
    "rules.previewed": (translatable("Effects counted"), ""),
    "rules.approved_by_department": (translatable("Approved for the department"), "ok"),
    "rules.approved_by_finance": (translatable("Approved for finance"), "ok"),
    "rules.in_force": (translatable("In force: a month was decided under it"), "ok"),
    "rules.returned": (translatable("Sent back"), "warn"),
    "rules.withdrawn": (translatable("Withdrawn"), "warn"),
}

CHANGES: dict[str, str] = {
    "joins": translatable("joins"),
    "leaves": translatable("leaves"),
    "raised": translatable("gets more"),
    "lowered": translatable("gets less"),
    "becomes_unknown": translatable("becomes not known"),
}


_AGES, _MEMBERS_MOST = ("0", "18", "60", "70", "80", "90"), "5"
"""The lowest of each band that `assessment.preview` counts by."""

_FAILURES: dict[str, str] = {
    "snapshot_damaged": translatable(
        "the frozen facts are not as they were kept; have their folder restored from the backup"
    ),
    "snapshot_key_wrong": translatable(
        "the frozen facts do not open under this installation's key; have the key put right"
    ),
    "snapshot_lacks_facts": translatable(
        "the frozen facts lack something that the proposed rules read; freeze a month anew"
    ),
    "worker_lost": translatable("the counting broke off several times"),
}


def failure_words(code: str) -> str:
    """Return why effects could not be counted, by the code that the job failed with."""
    said = _FAILURES.get(code) or translatable("a fault of the software, which its log describes")
    return gettext(said)


def state_tag(state: str) -> Tag:
    text, tone = _STATES[state]
    return Tag(gettext(text), tone)


def act_words(act: str) -> tuple[str, Tone]:
    text, tone = ACTS[act]
    return gettext(text), tone


def change_words(change: str) -> str:
    return gettext(CHANGES[change])


def bucket_words(from_fen: int | None, to_fen: int | None) -> str:
    """Return a range of changes in yuan, as people read it; both ends are whole fen."""
    if from_fen is None:
        return pgettext("change", "less by %(yuan)s or more") % {"yuan": yuan(-(to_fen or 0))}
    if to_fen is None:
        return pgettext("change", "more by %(yuan)s or more") % {"yuan": yuan(from_fen)}
    if to_fen <= 0:
        return pgettext("change", "less by %(low)s to under %(high)s") % {
            "low": yuan(-to_fen),
            "high": yuan(-from_fen),
        }
    return pgettext("change", "more by %(low)s to under %(high)s") % {
        "low": yuan(from_fen),
        "high": yuan(to_fen),
    }


def band_words(subject: str, low: str) -> str:
    """Return a band of a preview: an age, or how many members a household has."""
    if not low:
        return gettext("not known")
    if subject == "household":
        return gettext("5 and more") if low == _MEMBERS_MOST else low
    following = dict(pairwise(_AGES))
    if low in following:
        return f"{low}–{int(following[low]) - 1}"
    return gettext("%(age)s and older") % {"age": low}
