"""A timeline as its page shows it: a heading, a summary with nobody's data, and the ordered list."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.batches import queries, words
from service.oversight.timeline.gather import Timeline
from service.oversight.timeline.happening import STEPS, Happening
from service.web.filters import ending, masked_name, yuan
from service.web.language import gettext
from service.web.view_models import Link, Option


@dataclass(frozen=True)
class Shown:
    """Everything on the page; ``steps`` are the parts of the way that occur, to filter by."""

    title: str
    name: str
    pairs: list[tuple[str, str]]
    happenings: list[Happening]
    steps: list[Option]
    links: list[Link]


def shown(session: Session, timeline: Timeline, step: str) -> Shown:
    """Return a timeline's page, of one part of the way alone where ``step`` names one."""
    scope = timeline.scope
    occurring = {one.step for one in timeline.happenings}
    titles = {
        "payment": gettext("From law to card"),
        "person": gettext("A resident's month"),
        "batch": gettext("The way of a list"),
        "file": gettext("The way of a bank file"),
    }
    return Shown(
        title=titles[scope.kind],
        name=scope.name,
        pairs=_pairs(session, timeline),
        happenings=[one for one in timeline.happenings if step in ("", one.step)],
        steps=[Option("", gettext("everything"))]
        + [Option(one, gettext(said)) for one, said in STEPS.items() if one in occurring],
        links=_links(timeline),
    )


def _pairs(session: Session, timeline: Timeline) -> list[tuple[str, str]]:
    scope, found = timeline.scope, []
    for payment in scope.payments:
        account = queries.account_of(session, payment)
        where = f"{account.bank_name} · {ending(account.tail)}" if account else "—"
        said = [
            words.programme_name(payment.programme),
            payment.period,
            f"{yuan(payment.amount_fen)} {gettext('yuan')}",
            masked_name(payment.payee_name),
            where,
            words.line_tag(payment.state).text,
        ]
        found.append((payment.reference, " · ".join(said)))
    for batch in scope.batches:
        said = [words.programme_name(batch.programme), words.batch_tag(batch.state).text]
        found.append((batch.batch_no, " · ".join(said)))
    for file in scope.files:
        said = [f"{yuan(file.amount_fen)} {gettext('yuan')}", file.sha256[:16]]
        found.append((file.file_name, " · ".join(said)))
    return found


def _links(timeline: Timeline) -> list[Link]:
    scope, found = timeline.scope, []
    if scope.kind == "payment" and scope.payee is not None:
        month = scope.batch_of(scope.payments[-1]).month
        home = f"/audit/persons/{scope.payee}/{month}"
        found.append(Link(gettext("Everything of this resident in this month"), home))
        text = gettext("Every entry about this resident")
        found.append(Link(text, f"/audit/entries?person={scope.payee}"))
    if scope.kind == "person":
        for one in scope.payments:
            text = gettext("Payment %(reference)s alone") % {"reference": one.reference}
            found.append(Link(text, f"/audit/payments/{one.reference}"))
    if scope.kind in ("payment", "person"):
        for batch in scope.batches:
            text = gettext("The way of list %(number)s") % {"number": batch.batch_no}
            found.append(Link(text, f"/audit/batches/{batch.batch_no}"))
    if scope.kind != "file":
        for file in scope.files:
            text = gettext("The way of file %(name)s") % {"name": file.file_name}
            found.append(Link(text, f"/audit/files/{file.id}"))
    return found
