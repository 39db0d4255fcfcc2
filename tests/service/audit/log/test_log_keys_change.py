"""Keys are rotated, lost or stolen: what they signed stays valid, and they sign nothing more."""

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from service.audit.actor import SYSTEM
from service.audit.commands import app
from service.audit.log.checkpoints import Checkpoint
from service.audit.log.continues import HeadDamaged, last_checkpoint
from service.audit.log.key_statements import read_statement
from service.audit.log.log_keys import (
    KeysHandedOver,
    eras,
    keys_of,
    open_checkpoint,
    signers,
    verifiers,
)
from service.audit.log.models import LogKeyStatement
from service.audit.log.note import Note, NoteMalformed, read_note
from service.audit.log.note_keys import NoteNotSigned, verified
from service.audit.log.publish import publish
from service.audit.log.rotate import put_in_place, rotate_keys, waiting_keys
from service.audit.log.sequence import sequence
from service.foundation.encryption.key_files import key_file
from service.foundation.problems import Problem
from tests.foundation.committed import Committed
from tests.service.audit.trail import verdict, write


def _run(*words: str) -> str:
    said = CliRunner().invoke(app, ["keys", *words])
    assert said.exit_code == 0, said.output
    return said.output


def test_keys_are_rotated_twice_and_old_signatures_count_up_to_their_end(
    committed: Committed,
) -> None:
    write(committed, 3)
    first = signers()
    said = _run("rotate", "--reason", "They are a year old.")
    second = signers()
    assert all(one.verifier().vkey() in said for one in second)
    assert {one.seed for one in first} & {one.seed for one in second} == set()
    write(committed, 2)
    _run("rotate", "--reason", "Somebody copied them.")
    found = verdict(committed)
    assert (found.verified, found.entries) == (True, 7)
    with committed.transaction() as session:
        known = eras(session)
        assert [(one.after, one.up_to) for one in known] == [(6, None), (3, 6), (0, 3)]
        assert keys_of(session, 3) == tuple(one.verifier() for one in first)
        statements = session.scalars(select(LogKeyStatement).order_by(LogKeyStatement.at)).all()
        # Both keys signed, so whoever trusts either can follow.
        note = read_note(statements[0].note)
        assert len(verified(note, [first[0].verifier(), second[0].verifier()])) == 2
        assert read_statement(note.text).from_size == 3
        last = last_checkpoint(session)
        assert last is not None
    # The stolen keys: whatever they sign beyond their end, under any time, is refused.
    for size in (4, 6, 7, 1_000):
        text = Checkpoint("anxin.county/audit", size, last.root).text()
        stolen = Note(text, tuple(one.sign(text, 1) for one in first)).write()
        with pytest.raises(NoteNotSigned):
            open_checkpoint(stolen, known)
    assert _run("list").count("After ") == 3


def test_a_rotation_that_is_cut_short_stops_the_signing_and_is_finished_by_repeating_it(
    committed: Committed,
) -> None:
    write(committed, 3)
    with committed.transaction() as session:
        rotate_keys(session, waiting_keys(), reason="They are old.", by=SYSTEM)
    with committed.transaction() as session, pytest.raises(KeysHandedOver, match="keys rotate"):
        sequence(session)
    _run("rotate", "--reason", "Once more.")
    put_in_place()
    with committed.transaction() as session:
        assert len(session.scalars(select(LogKeyStatement)).all()) == 1
        assert len(eras(session)) == 2
    assert verdict(committed).verified


def test_lost_keys_are_replaced_and_what_they_signed_still_verifies(committed: Committed) -> None:
    write(committed, 3)
    old = [f"--old={one.vkey()}" for one in verifiers()]
    for name in ("log", "log_ml_dsa"):
        key_file(name).write_text(("5a" if name == "log" else "5b") * 32, encoding="ascii")
    with committed.transaction() as session, pytest.raises(HeadDamaged):
        sequence(session)
    others = [f"--old={one.vkey()}" for one in verifiers()]
    refused = CliRunner().invoke(app, ["keys", "lost", "--reason", "Fire.", *others])
    assert isinstance(refused.exception, Problem)
    _run("lost", "--reason", "The server room burnt.", *old)
    with committed.transaction() as session:
        assert sequence(session) == 1
    assert publish(committed.transaction) is not None
    found = verdict(committed)
    assert (found.verified, found.entries) == (True, 4)


def test_a_statement_that_no_trusted_key_signed_changes_nothing(committed: Committed) -> None:
    write(committed, 3)
    _run("rotate", "--reason", "They are old.")
    committed.as_superuser(
        "UPDATE audit_key_statements SET note = replace(note, 'after 3', 'after 4')"
    )
    with committed.transaction() as session:
        assert len(eras(session)) == 1
    assert not verdict(committed).verified


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("anxin log keys v1\nlog\nafter -1\n", 1),
        ("anxin log keys v1\nlog\nafter 1\n", 3),
        ("anxin log keys v1\nlog\nafter 1\nsome key\n", 4),
        ("anxin log keys v1\nlog\nafter 1\nold x\n", 0),
    ],
)
def test_what_is_no_statement_is_refused(text: str, line: int) -> None:
    with pytest.raises(NoteMalformed) as caught:
        read_statement(text)
    assert caught.value.line == line
