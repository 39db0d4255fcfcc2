"""The part of a file's page about its clerk: where the file lies, what was said of it, what may be done."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bank_adapters.transport import BankUnreachable, Place
from service.dispatch.by_hand import queries
from service.dispatch.by_hand.models import DeliveryProof, HandDelivery
from service.dispatch.channels import clerks_folder
from service.dispatch.models import BankFile
from service.ledger.models import BankChannel
from service.officers import queries as officer_queries
from service.officers.may import may
from service.officers.models import Officer
from service.web.language import gettext, translatable
from service.web.view_models import Tag

_WITH_CLERK = translatable("waiting to be carried")
_WITH_CLERK_MEANS = translatable(
    "The file lies in the folder from which a clerk uploads it at the bank. It counts as perhaps at the bank until two officers say that it was delivered, or not, or the bank answers it."
)
_TAKEN_BACK = translatable("taken back from the clerk")
_TAKEN_BACK_MEANS = translatable(
    "Two officers took the file back before the bank had it. Nothing of it is paid until it is laid out again."
)
_LIES: dict[Place, str] = {
    Place.INBOX: translatable("It lies whole in the folder for the clerk."),
    Place.ARCHIVE: translatable("It lies among the files that were carried."),
    Place.PART: translatable(
        "What lies in the folder is not the whole file: do not carry it, and take it back."
    ),
    Place.NOWHERE: translatable(
        "It no longer lies in the folder for the clerk: ask who took it, and where it went."
    ),
    Place.ACK: translatable("An answer to it lies in the folder and is read soon."),
}


@dataclass(frozen=True)
class Clerk:
    """What a page says of one file that a clerk carries."""

    lies: str
    asked: HandDelivery | None
    asked_by: str
    proof: DeliveryProof | None
    own: bool
    """Whether the reader said it, so that another officer confirms."""
    may_say: bool
    may_decide: bool
    taken_back: bool


def clerk_of(
    session: Session, officer: Officer, file: BankFile, channel: BankChannel
) -> Clerk | None:
    """Return the clerk's part of a file's page; None where no clerk has to do with it."""
    back = is_taken_back(file, channel)
    if not back and not is_with_clerk(file, channel):
        return None
    sends = may(officer, "dispatch.send")
    asked = None if back else queries.asked_of(session, file.id)
    by = officer_queries.by_id(session, asked.asked_by) if asked else None
    return Clerk(
        lies="" if back else _lies(file, channel),
        asked=asked,
        asked_by=by.name if by else "",
        proof=session.get(DeliveryProof, asked.id) if asked else None,
        own=asked is not None and asked.asked_by == officer.id,
        may_say=sends and asked is None and not back,
        may_decide=sends and asked is not None,
        taken_back=back and sends,
    )


def is_with_clerk(file: BankFile, channel: BankChannel) -> bool:
    """Return whether a clerk has a file and nobody has said yet what became of it."""
    return channel.kind == "folder" and file.state == "unknown"


def is_taken_back(file: BankFile, channel: BankChannel) -> bool:
    """Return whether a file was taken back from its clerk and is not laid out again."""
    return channel.kind == "folder" and file.state == "prepared" and file.resends > 0


def tag_of(file: BankFile, channel: BankChannel) -> Tag | None:
    """Return where a carried file is, as an adjective; None where its state says it."""
    if is_with_clerk(file, channel):
        return Tag(gettext(_WITH_CLERK), "warn")
    return Tag(gettext(_TAKEN_BACK), "warn") if is_taken_back(file, channel) else None


def meaning_of(file: BankFile, channel: BankChannel) -> str:
    """Return what that means and what happens next; "" where its state says it."""
    if is_with_clerk(file, channel):
        return gettext(_WITH_CLERK_MEANS)
    return gettext(_TAKEN_BACK_MEANS) if is_taken_back(file, channel) else ""


def _lies(file: BankFile, channel: BankChannel) -> str:
    try:
        seen = clerks_folder(channel).look(file.file_name, file.size_bytes, file.sha256)
    except BankUnreachable:
        return gettext("The folder cannot be looked into from here at this moment.")
    return gettext(_LIES[seen.place])
