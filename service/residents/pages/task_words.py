"""What people read for review tasks: the question, who answers, by when, what is done meanwhile."""

from service.foundation import clock
from service.residents import feeds
from service.residents.models import ReviewTask
from service.residents.pages import words
from service.residents.tasks import definitions
from service.residents.tasks.answer import OUTCOMES, outcomes_of
from service.residents.tasks.redress import KIND as REDRESS
from service.residents.tasks.redress import OUTCOMES as REDRESSED
from service.web.filters import day
from service.web.language import gettext, translatable
from service.web.view_models import Option, Tag

_IDENTITY = {
    REDRESS: translatable(
        "An objection was upheld: let the data say what is right, so that the next run pays it."
    ),
    "resident_asks": translatable(
        "A resident says that something is wrong. Check it and answer; the resident reads your reason word for word."
    ),
    "identity_conflict": translatable(
        "The police say that two numbers are one person, but the register speaks against it."
    ),
    "months_affected": translatable(
        "Two numbers were taken for one person, or parted: look again at the months they were assessed in."
    ),
    "number_shared": translatable("Two people carry one number; the police have to answer."),
}
"""Questions that are no check between departments but about who somebody is."""


def question(kind: str) -> str:
    """Return what is asked; a kind nobody described is said as it is."""
    check = definitions.every().get(kind)
    if check is not None:
        return check.zh if words.is_chinese() else check.en
    return gettext(_IDENTITY[kind]) if kind in _IDENTITY else kind


def meanwhile(kind: str) -> str:
    """Return what is done until somebody decides, or nothing."""
    check = definitions.every().get(kind)
    if check is None:
        return ""
    return check.meanwhile_zh if words.is_chinese() else check.meanwhile_en


def is_overdue(task: ReviewTask) -> bool:
    """Whether a task is open past its last day."""
    return task.state == "open" and task.due_on < clock.today()


def state_tag(task: ReviewTask) -> Tag:
    """Return where a task stands."""
    if is_overdue(task):
        return Tag(gettext("overdue"), "bad")
    if task.state == "open":
        return Tag(gettext("open"), "warn")
    return Tag(gettext("has an answer") if task.state == "answered" else gettext("settled"), "ok")


def due_tag(task: ReviewTask) -> Tag:
    """Return where a task stands and, while it is open, by when it is to be answered."""
    tag = state_tag(task)
    return Tag(f"{tag.text} · {day(task.due_on)}", tag.tone) if task.state == "open" else tag


def answering(task: ReviewTask) -> str:
    """Return which department answers, for which of its tables; any of them may be what is put right."""
    feed = feeds.feed(task.feed)
    if task.kind == REDRESS:
        return words.department(feed)
    return f"{words.department(feed)} · {words.feed_name(feed)}"


def outcome(code: str | None) -> str:
    """Return what an answer means."""
    if code is None:
        return ""
    if code == "settled":
        return gettext("The departments' data agree again; nobody had to decide.")
    said = OUTCOMES.get(code) or REDRESSED.get(code)
    return said[0 if words.is_chinese() else 1] if said else code


def outcomes(kind: str) -> list[Option]:
    """Return the answers to choose from."""
    return [Option(code, outcome(code)) for code in outcomes_of(kind)]
