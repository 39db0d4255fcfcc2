"""A list's lines at each sending: all once, then the file's own; nothing changed is sent."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.dispatch import queries
from service.dispatch.models import BankFile
from service.signing import frozen_lines
from service.signing.frozen_lines import as_frozen
from tests.factories.batches import county_batch, signed

FIRST_OF = "(SELECT min(id) FROM payments WHERE bank_file_id = :file)"
CHANGES = {
    "an amount": f"UPDATE payments SET amount_fen = amount_fen + 1 WHERE id = {FIRST_OF}",
    "an account": f"UPDATE payments SET account_id = account_id + 1 WHERE id = {FIRST_OF}",
    "a line held": f"UPDATE payments SET state = 'held' WHERE id = {FIRST_OF}",
    "a line deleted": f"DELETE FROM payments WHERE id = {FIRST_OF}",
    "a line of no file": f"UPDATE payments SET bank_file_id = NULL WHERE id = {FIRST_OF}",
    "the salt": "UPDATE batches SET salt = sha256('x')",
    "the root": "UPDATE batches SET lines_root = sha256('x')",
}


@dataclass
class Signed:
    """A signed list of two files whose lines this process has found right."""

    session: Session
    batch: Batch
    files: list[BankFile]

    def change(self, sql: str, file: BankFile) -> None:
        """Change something as nobody can who is stopped by a trigger."""
        given = {"file": file.id} if ":file" in sql else {}
        self.session.execute(text("SET LOCAL session_replication_role = replica"))
        self.session.execute(text(sql), given)
        self.session.execute(text("SET LOCAL session_replication_role = origin"))
        self.session.refresh(self.batch)

    def holds(self, file: BankFile | None = None) -> bool:
        """Ask as a sender of a file does."""
        return as_frozen(self.session, self.batch, None if file is None else file.id)


@pytest.fixture
def one(made: Session, monkeypatch: pytest.MonkeyPatch) -> Signed:
    """A list found right by a process that knows nothing else."""
    monkeypatch.setattr(frozen_lines, "_found", type(frozen_lines._found)())
    batch = county_batch(made, 6)
    signed(made, batch)
    found = Signed(made, batch, queries.of_batch(made, batch))
    assert found.holds()
    return found


@pytest.mark.parametrize("what", CHANGES)
def test_a_file_whose_lines_changed_since_the_list_was_found_right_is_refused(
    one: Signed, what: str
) -> None:
    first, _ = one.files
    assert one.holds(first)
    one.change(CHANGES[what], first)
    assert not one.holds(first)
    assert not one.holds(), "the whole list"


def test_a_line_moved_to_another_file_is_refused_with_both(one: Signed) -> None:
    first, second = one.files
    taken = f"UPDATE payments SET bank_file_id = '{second.id}' WHERE id = {FIRST_OF}"
    one.change(taken, first)
    assert not one.holds(first)
    assert not one.holds(second)


def test_after_the_whole_list_only_the_lines_of_the_file_are_read(one: Signed) -> None:
    read: list[int] = []
    counting = frozen_lines._rows

    def counted(*asked: object) -> Iterator[tuple[str, object]]:
        rows = list(counting(*asked))  # type: ignore[arg-type]
        read.append(len(rows))
        yield from rows

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(frozen_lines, "_rows", counted)
        assert all(one.holds(file) for file in one.files)
    assert read == [3, 3]


def test_a_process_that_has_not_read_the_list_reads_it_whole(one: Signed) -> None:
    first, second = one.files
    one.change(CHANGES["an amount"], first)
    assert one.holds(second), "its own lines are as they were"
    frozen_lines._found.clear()
    assert not one.holds(second)


def test_the_files_of_a_list_are_looked_at_without_their_bytes(one: Signed) -> None:
    statements: list[str] = []

    def seen(*said: object) -> None:
        statements.append(str(said[2]))

    one.session.expire_all()
    connection = one.session.connection()
    event.listen(connection, "before_cursor_execute", seen)
    files = queries.of_batch(one.session, one.batch)
    assert not any("content_sealed" in sql for sql in statements)
    assert all(queries.content(file) for file in files)
