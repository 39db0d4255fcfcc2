"""What waits because of files that clerks carry."""

from sqlalchemy.orm import Session

from service.dispatch.about import files_seen_by
from service.dispatch.by_hand import queries
from service.officers.may import may
from service.officers.models import Officer
from service.web.language import ngettext
from service.web.queue import WaitingItem


def carried_files(session: Session, officer: Officer) -> list[WaitingItem]:
    """Files to be carried, words to be confirmed, and files taken back, for those who may decide."""
    if not may(officer, "dispatch.send"):
        return []
    found = queries.carried(session, files_seen_by(officer, "dispatch.send"))
    lying = [one for one in found if one.file.state == "unknown" and one.asked is None]
    said = [one for one in found if one.asked is not None and one.asked.asked_by != officer.id]
    back = [one for one in found if one.file.state == "prepared"]
    items = (
        (
            lying,
            ngettext(
                "Bank file that waits to be carried to the bank",
                "Bank files that wait to be carried to the bank",
                len(lying),
            ),
            "/dispatch?state=unknown",
            [one.file.intent_at for one in lying],
        ),
        (
            said,
            ngettext(
                "Word of what a clerk did with a bank file: confirm or refuse it",
                "Words of what clerks did with bank files: confirm or refuse them",
                len(said),
            ),
            _href(said, "unknown"),
            [one.asked.asked_at for one in said if one.asked],
        ),
        (
            back,
            ngettext(
                "Bank file that was taken back: lay it out again",
                "Bank files that were taken back: lay them out again",
                len(back),
            ),
            _href(back, "prepared"),
            [one.file.intent_at for one in back],
        ),
    )
    return [
        WaitingItem(title, len(of), href, min((at for at in since if at), default=None))
        for of, title, href, since in items
        if of
    ]


def _href(found: list[queries.Carried], state: str) -> str:
    if len(found) == 1:
        return f"/dispatch/{found[0].file.id}"
    return f"/dispatch?state={state}"
