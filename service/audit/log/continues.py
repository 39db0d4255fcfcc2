"""Whether the database's log continues what was published: asked before anything is signed.

The answer is a consistency proof from the trusted head to the last checkpoint, made from the stored
hashes: a log that was cut, restored, rewritten, or written by a second system has none.
"""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from service.audit.log.checkpoints import Checkpoint
from service.audit.log.head import head_file, kept_head
from service.audit.log.log_keys import Era, eras, open_checkpoint
from service.audit.log.models import PublishedCheckpoint
from service.audit.log.note import NoteMalformed
from service.audit.log.note_keys import NoteNotSigned
from service.audit.log.proofs import ProofWrong, check_consistency, consistency_proof
from service.audit.log.stored import Stored
from service.audit.log.tree import Frontier
from service.audit.models import AuditCheckpoint
from service.foundation.problems import Problem


class LogForked(Problem):
    """The database's log does not continue the last head that was published."""

    code = "log_forked"
    status = 500
    title = "The audit log does not continue what was signed"

    def __init__(self, signed: int, found: int) -> None:
        super().__init__(
            f"The audit log in the database has {found} signed entries, but {signed} were signed before; "
            "nothing more is signed until this is explained (a restored backup, or a second system).",
            f"数据库中的审计日志有 {found} 条已签记录，而此前已签 {signed} 条；在查明原因前不再签署。",
            signed=signed,
            found=found,
        )


class HeadMissing(Problem):
    """The file with the trusted head is not there, though checkpoints were published."""

    code = "log_head_missing"
    status = 500
    title = "The audit log's trusted head is missing"

    def __init__(self, published: int) -> None:
        super().__init__(
            f"{published} audit entries were published as signed, but the trusted head {head_file()} is "
            "missing; nothing more is signed. Put the file back, or adopt the database's last checkpoint "
            "with: anxin audit head adopt --reason …",
            f"已公布 {published} 条已签审计记录，但可信签头文件 {head_file()} 不存在；不再签署。"
            "请放回该文件，或用 anxin audit head adopt --reason … 采用数据库中的最后检查点。",
        )


class HeadDamaged(Problem):
    """The trusted head, or the database's last checkpoint, was not signed by the log's keys."""

    code = "log_head_damaged"
    status = 500
    title = "The audit log's last checkpoint is not ours"

    def __init__(self, what: str, what_zh: str) -> None:
        super().__init__(
            f"{what} is damaged or was signed by other keys; nothing more is signed until this is explained.",
            f"{what_zh}已损坏，或由其他密钥签署；在查明原因前不再签署。",
        )


def last_checkpoint(session: Session) -> AuditCheckpoint | None:
    """Return the largest checkpoint in the database, published or not."""
    return session.scalars(
        select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc()).limit(1)
    ).first()


def require_continuation(session: Session) -> tuple[AuditCheckpoint | None, str | None]:
    """Return the database's last checkpoint and the trusted head's text, when one continues the other.

    Raises :class:`LogForked`, :class:`HeadMissing` and :class:`HeadDamaged`.
    """
    known = eras(session)
    last, kept = last_checkpoint(session), kept_head()
    if kept is None:
        _require_nothing_published(session)
    head = _kept(kept, known) if kept is not None else None
    if last is not None:
        _require_ours(last, known)
    if head is not None and (last is None or not _continues(session, head, last)):
        raise LogForked(head.size, last.size if last else 0)
    return last, kept


def _kept(kept: str, known: list[Era]) -> Checkpoint:
    try:
        return open_checkpoint(kept, known).checkpoint
    except (NoteMalformed, NoteNotSigned):
        raise HeadDamaged(
            f"The trusted head {head_file()}", f"可信签头文件 {head_file()} "
        ) from None


def _require_ours(last: AuditCheckpoint, known: list[Era]) -> None:
    try:
        said = open_checkpoint(last.note, known).checkpoint
        edge = Frontier.load(last.size, last.frontier).root()
    except (NoteMalformed, NoteNotSigned, ValueError):
        said, edge = None, b""
    if said is None or (said.size, said.root) != (last.size, last.root) or edge != last.root:
        raise HeadDamaged("The database's last checkpoint", "数据库中的最后检查点")


def _require_nothing_published(session: Session) -> None:
    if session.scalar(select(exists().where(PublishedCheckpoint.size > 0))):
        raise HeadMissing(
            session.scalars(
                select(PublishedCheckpoint.size).order_by(PublishedCheckpoint.size.desc()).limit(1)
            ).one()
        )


def _continues(session: Session, head: Checkpoint, last: AuditCheckpoint) -> bool:
    if head.size > last.size:
        return False
    try:
        proof = consistency_proof(head.size, last.size, Stored(session).subtree)
        check_consistency(head.size, last.size, head.root, last.root, proof)
    except (ProofWrong, KeyError):
        return False
    return True
