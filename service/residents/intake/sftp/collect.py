"""Take what is complete and new from a department's server; what was taken is remembered."""

import hashlib
import time

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.problems import Problem
from service.foundation.spreadsheets import FileRefused
from service.residents.intake.bring import FILE_BYTES_MAX, bring
from service.residents.intake.feed_of import feed_of
from service.residents.intake.folder.opening import FileHuge
from service.residents.intake.outcome import Outcome
from service.residents.intake.problems import FeedUnsaid
from service.residents.intake.sealing import secret_of
from service.residents.intake.sftp.fetch import fetch, move
from service.residents.intake.sftp.line import Line, line
from service.residents.intake.sftp.look import Remote, look
from service.residents.intake.sftp.problems import SftpTakesTooLong, SftpUnreachable
from service.residents.intake.terms import SftpTerms
from service.residents.intake.unexpected import Unexpected, note_unexpected
from service.residents.models import Delivery, FeedSource, FeedSourceFile

LOOK_SECONDS_MAX = 15 * 60
"""After so long nothing further is fetched; the next look goes on."""


def collect_sftp(source: FeedSource, terms: SftpTerms) -> Outcome:
    """Import every complete new file once and say what became of them.

    Nothing of the department's is deleted; files are moved only if the terms say where to. Raises
    SecretMissing and what :func:`~service.residents.intake.sftp.line.line` raises.
    """
    outcome = Outcome()
    ends_at = time.monotonic() + LOOK_SECONDS_MAX
    with line(terms, secret_of(source)) as opened:
        marks = _known(source)
        fresh, known = look(opened, terms, source.feeds, lambda one: one.mark in marks)
        for file in known:
            _move_kept(opened, terms, file, outcome)
        for file in fresh:
            try:
                _take(source, terms, opened, file, ends_at, outcome)
            except (SftpUnreachable, SftpTakesTooLong) as ended:
                outcome.failed(ended)
                break
            except Problem as problem:
                outcome.failed(problem)
            except Exception as error:
                # One file that meets a fault of ours must not keep the others waiting for ever.
                note_unexpected(source.code, error)
                outcome.failed(Unexpected())
    return outcome


def _take(
    source: FeedSource,
    terms: SftpTerms,
    opened: Line,
    file: Remote,
    ends_at: float,
    outcome: Outcome,
) -> None:
    if file.size > FILE_BYTES_MAX:
        # Not remembered: it is named at every look until the department takes it away.
        raise FileHuge(FILE_BYTES_MAX)
    content = fetch(opened, file, bytes_max=FILE_BYTES_MAX, seconds=ends_at - time.monotonic())
    if content is None:
        return
    with transaction() as session:
        delivery = _bring(session, source, file, content, outcome)
        _remember(session, source, file, content, delivery)
    if delivery is not None:
        outcome.took(delivery)
    _move_kept(opened, terms, file, outcome)


def _bring(
    session: Session, source: FeedSource, file: Remote, content: bytes, outcome: Outcome
) -> Delivery | None:
    try:
        feed = feed_of(content, source.feeds, file.folder_feed)
    except (FeedUnsaid, FileRefused) as refused:
        outcome.failed(refused)
        return None
    return bring(session, source, feed, content, file.name)


def _move_kept(opened: Line, terms: SftpTerms, file: Remote, outcome: Outcome) -> None:
    if terms.move_to is None:
        return
    try:
        move(opened, file, terms.move_to)
    except Problem as problem:
        outcome.failed(problem)


def _known(source: FeedSource) -> set[bytes]:
    with transaction() as session:
        query = select(FeedSourceFile.mark).where(FeedSourceFile.source_id == source.id)
        return {bytes(mark) for mark in session.scalars(query)}


def _remember(
    session: Session, source: FeedSource, file: Remote, content: bytes, delivery: Delivery | None
) -> None:
    """Write down that a file was taken, in the transaction that imports it."""
    session.flush()
    session.execute(
        insert(FeedSourceFile)
        .values(
            source_id=source.id,
            mark=file.mark,
            sha256=hashlib.sha256(content).digest(),
            delivery_id=delivery.id if delivery else None,
            taken_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )
