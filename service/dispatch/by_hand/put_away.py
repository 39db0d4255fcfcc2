"""Clear what was carried out of the clerk's sight, so that what lies there is what still waits."""

from uuid import UUID

from sqlalchemy.orm import Session

from bank_adapters.transport import BankUnreachable
from service.dispatch.by_hand.problems import FolderSilent
from service.dispatch.channels import clerks_folder
from service.dispatch.models import BankFile
from service.foundation.jobs import job
from service.ledger.models import BankChannel


@job("dispatch.put_away", queue="bank", attempts_max=12)
def put_away(session: Session, file_id: str) -> None:
    """Move a delivered file to what was carried. Raises FolderSilent, so that it is tried again."""
    file = session.get_one(BankFile, UUID(file_id))
    channel = session.get_one(BankChannel, file.channel_id)
    if channel.kind != "folder" or file.state not in {"delivered", "answered"}:
        return
    try:
        clerks_folder(channel).put_away(file.file_name)
    except BankUnreachable:
        raise FolderSilent from None
