"""The chain as the stepper of a batch's pages shows it: done by whom, who is next, by when."""

from sqlalchemy.orm import Session

from service.approvals.progress import StepProgress, progress_of
from service.approvals.waiting import step_name
from service.batches.history import officer_names
from service.batches.models import Batch
from service.foundation import clock
from service.notices.check import current
from service.web.filters import day
from service.web.language import gettext
from service.web.view_models import Step

_NAMES_MAX = 3


def chain_steps(session: Session, batch: Batch) -> list[Step]:
    """Return the batch's sign-offs in order; none while its maker has the list."""
    made = progress_of(session, batch, on=clock.today())
    people = {who.officer_id for one in made for who in one.taken}
    people |= {who.for_id for one in made for who in one.taken if who.for_id is not None}
    named = {
        officer_id: name.partition(" · ")[0]
        for officer_id, name in officer_names(session, people).items()
    }
    return [Step(step_name(one), one.state, _note(session, batch, one, named)) for one in made]


def _note(session: Session, batch: Batch, one: StepProgress, named: dict[str, str]) -> str:
    parts = []
    for who in one.taken:
        name = named.get(str(who.officer_id), "")
        if who.for_id is not None:
            said = gettext("%(name)s for %(absent)s")
            name = said % {"name": name, "absent": named.get(str(who.for_id), "")}
        parts.append(name)
    if one.step.needed > 1:
        parts.append(f"{one.given}/{one.step.needed}")
    if one.state == "now":
        parts += _next(session, batch, one)
    return gettext(", ").join(parts)


def _next(session: Session, batch: Batch, one: StepProgress) -> list[str]:
    notice = current(session, batch) if one.step.kind == "approve" else None
    if notice is not None and notice.ends_on >= clock.today():
        return [gettext("notice until %(day)s") % {"day": day(notice.ends_on)}]
    names = [officer.name for officer in one.may_act[:_NAMES_MAX]]
    if len(one.may_act) > _NAMES_MAX:
        names.append("…")
    who = gettext("next: %(names)s") % {"names": gettext(", ").join(names)}
    said = gettext("late since %(day)s") if one.late else gettext("due by %(day)s")
    return [
        who if names else gettext("nobody is left for it"),
        said % {"day": day(one.due_on)},
    ]
