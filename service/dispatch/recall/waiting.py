"""What recalls wait for: a bank that is late, one that contradicts itself, a refusal, a letter."""

from sqlalchemy.orm import Session

from service.dispatch.about import files_seen_by
from service.dispatch.recall import queries
from service.dispatch.recall.lifecycle import WAITING
from service.foundation import clock
from service.officers.may import may
from service.officers.models import Officer
from service.web.filters import day
from service.web.language import gettext, ngettext
from service.web.queue import WaitingItem


def asked_of_banks(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return the recalls an officer asked for or agreed to that their banks have not answered."""
    if not may(officer, "dispatch.send"):
        return []
    today = clock.today()
    seen = files_seen_by(officer, "dispatch.send")
    return [
        WaitingItem(
            gettext("Recall of %(batch)s") % {"batch": one.batch_no},
            one.recall.count,
            f"/dispatch/recalls/{one.recall.id}",
            one.recall.asked_at,
            gettext("to be answered by %(day)s") % {"day": day(one.recall.answer_due_on)},
            one.bank,
        )
        for one in queries.listed(session, waiting=True, seen=seen)
        if one.recall.state in WAITING
        and one.recall.answer_due_on >= today
        and officer.id in (one.recall.asked_by, one.recall.agreed_by)
    ]


def open_recalls(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return what whoever may decide about bank files has to do about recalls."""
    if not may(officer, "dispatch.send"):
        return []
    seen = files_seen_by(officer, "dispatch.send")
    recalls = [one.recall for one in queries.listed(session, waiting=True, seen=seen)]
    disputed = queries.disputed(session, [one.id for one in recalls])
    today = clock.today()
    late = [one for one in recalls if one.state in WAITING and one.answer_due_on < today]
    refused = [one for one in recalls if one.state == "answered"]
    letters = [one for one in recalls if one.state == "letter" and one not in late]
    said = (
        (
            [one for one in recalls if one.id in disputed],
            ngettext(
                "Recall about which the bank contradicts itself: ask it which is true",
                "Recalls about which banks contradict themselves: ask them which is true",
                len(disputed),
            ),
        ),
        (
            late,
            ngettext(
                "Recall that the bank has not answered in time: telephone the bank",
                "Recalls that banks have not answered in time: telephone the banks",
                len(late),
            ),
        ),
        (
            refused,
            ngettext(
                "Recall that the bank refused: tell whoever asked, the payment goes on",
                "Recalls that banks refused: tell whoever asked, the payments go on",
                len(refused),
            ),
        ),
        (
            letters,
            ngettext(
                "Recall by letter: take it to the bank and record the answer",
                "Recalls by letter: take them to the banks and record the answers",
                len(letters),
            ),
        ),
    )
    return [
        WaitingItem(title, len(found), "/dispatch/recalls", min(one.asked_at for one in found))
        for found, title in said
        if found
    ]
