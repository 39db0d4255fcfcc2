"""Take every complete file of a watched folder: import it, commit, then put it away."""

from service.foundation.database import transaction
from service.foundation.problems import Problem
from service.foundation.spreadsheets import FileRefused
from service.residents.intake.bring import FILE_BYTES_MAX, bring
from service.residents.intake.feed_of import feed_of
from service.residents.intake.folder.look import EntryOdd, Lying, look
from service.residents.intake.folder.opening import (
    FileHuge,
    FolderUnreadable,
    directory,
    read_unchanged,
)
from service.residents.intake.folder.put_away import put_away
from service.residents.intake.outcome import Outcome
from service.residents.intake.problems import FeedUnsaid
from service.residents.intake.terms import FolderTerms
from service.residents.intake.unexpected import Unexpected, note_unexpected
from service.residents.models import Delivery, FeedSource


def collect_folder(source: FeedSource, terms: FolderTerms) -> Outcome:
    """Import every complete file once and say what became of them.

    A worker that is killed between the import and the move leaves the file where it was: the next
    look imports the same bytes, which changes nothing, and moves it. Raises FolderUnreadable.
    """
    outcome = Outcome()
    complete, odd = look(terms.path, source.feeds, wait_for_marker=terms.wait_for_marker)
    for _ in range(odd):
        outcome.failed(EntryOdd())
    for file in complete:
        try:
            _take(source, terms, file, outcome)
        except Problem as problem:
            outcome.failed(problem)
        except Exception as error:
            # One file that meets a fault of ours must not keep the others waiting for ever.
            note_unexpected(source.code, error)
            outcome.failed(Unexpected())
    return outcome


def _take(source: FeedSource, terms: FolderTerms, file: Lying, outcome: Outcome) -> None:
    try:
        content = _content(terms.path, file)
        if content is None:
            return
        feed = feed_of(content, source.feeds, file.folder or None)
    except (FeedUnsaid, FileHuge, FileRefused) as refused:
        outcome.failed(refused)
        put_away(terms.path, file, (refused.sentence, refused.sentence_zh))
        return
    with transaction() as session:
        delivery = bring(session, source, feed, content, file.name)
    outcome.took(delivery)
    put_away(terms.path, file, why_refused(delivery))


def why_refused(delivery: Delivery) -> tuple[str, str] | None:
    """Return why a delivery was refused in English and Chinese, or None when it was not."""
    if delivery.state not in {"refused", "declined"}:
        return None
    why = delivery.refusal or {}
    return str(why.get("sentence", "")), str(why.get("sentence_zh", ""))


def _content(path: str, file: Lying) -> bytes | None:
    try:
        with directory(path) as root:
            if not file.folder:
                return _read(root, file)
            with directory(file.folder, within=root) as folder:
                return _read(folder, file)
    except OSError:
        raise FolderUnreadable from None


def _read(folder: int, file: Lying) -> bytes | None:
    return read_unchanged(
        folder,
        file.name,
        inode=file.inode,
        size=file.size,
        modified_ns=file.modified_ns,
        bytes_max=FILE_BYTES_MAX,
    )
