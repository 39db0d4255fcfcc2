"""Signed notes are read as C2SP signed-note says, and everything else is refused with its line."""

import pytest

from service.audit.log.note import SIGNATURES_MAX, Note, NoteMalformed, Signature, read_note
from service.audit.log.note_keys import Kind, NoteNotSigned, SignerKey, read_vkey, verified

TEXT = "one\n\ntwo\n"
ONE = Signature("log.example/a", b"\x01\x02\x03\x04", b"signature one")
OTHER = Signature("见证.example", b"\x05\x06\x07\x08", b"signature other")

# The example of golang.org/x/mod/sumdb/note: another implementation's key and note.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_that_is_read_is_the_note_that_was_written() -> None:
    note = Note(TEXT).signed_by(ONE, OTHER, ONE)
    assert note.signatures == (ONE, OTHER)
    assert read_note(note.write()) == note
    assert read_note(note.write().encode()) == note
    assert note.signed_by(OTHER) == note


def test_the_text_ends_at_the_last_empty_line() -> None:
    assert read_note(Note("a\n\n\nb\n", (ONE,)).write()).text == "a\n\n\nb\n"


def test_another_implementations_note_and_key_are_read_and_verify() -> None:
    key = read_vkey(PUBLISHED_KEY)
    assert key.kind is Kind.ED25519
    assert key.vkey() == PUBLISHED_KEY
    note = read_note(PUBLISHED)
    assert verified(note, [key]) == {key: 0}
    with pytest.raises(NoteNotSigned, match="PeterNeumann"):
        verified(Note(note.text.replace("answer", "question"), note.signatures), [key])


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        ("", 1, "newline"),
        ("text\n\n— a AAAAAAA=", 3, "newline"),
        ("text\n— a AAAAAAA=\n", 0, "empty line"),
        ("text\n\n", 2, "no signature"),
        ("te\txt\n\n— a AAAAAAA=\n", 1, r"U\+0009"),
        ("text\r\n\n— a AAAAAAA=\n", 1, r"U\+000D"),
        ("text\nmore\x00\n\n— a AAAAAAA=\n", 2, r"U\+0000"),
        ("text\n\n- a AAAAAAA=\n", 3, "signature line"),
        ("text\n\n—a AAAAAAA=\n", 3, "signature line"),
        ("text\n\n— a  AAAAAAA=\n", 3, "signature line"),
        ("text\n\n— a AAAAAAA= \n", 3, "signature line"),
        ("text\n\n— a AAAAAAA=\nmore\n", 4, "signature line"),
        ("text\n\n—  AAAAAAA=\n", 3, "key name"),
        ("text\n\n— a+b AAAAAAA=\n", 3, "key name"),
        ("text\n\n— a\u2003b AAAAAAA=\n", 3, "key name"),
        ("text\n\n— a AAAA\n", 3, "3 bytes"),
        ("text\n\n— a AAAAAA==\n", 3, "4 bytes"),
        ("text\n\n— a AAAAAAB=\n", 3, "base64"),
        ("text\n\n— a AAAAAAA\n", 3, "base64"),
        ("text\n\n— a AAAA!AAA\n", 3, "base64"),
        (b"text\n\xff\n\n\xe2\x80\x94 a AAAAAAA=\n", 2, "UTF-8"),
        (b"x" * 600_000, 0, "longer"),
        ("text\n\n" + "— a AAAAAAA=\n" * (SIGNATURES_MAX + 1), SIGNATURES_MAX + 3, "at most"),
    ],
)
def test_what_is_no_note_is_refused_with_its_line(
    content: str | bytes, line: int, what: str
) -> None:
    with pytest.raises(NoteMalformed, match=what) as caught:
        read_note(content)
    assert caught.value.line == line
    assert str(line or "该文本") in caught.value.sentence_zh


def test_as_many_signatures_as_the_specification_asks_for_are_read() -> None:
    long = [Signature(f"w{number}", b"abcd", bytes(5_000)) for number in range(16)]
    assert len(read_note(Note(TEXT, tuple(long)).write()).signatures) == 16


def test_lines_of_unknown_keys_are_passed_over_but_never_a_known_keys_bad_line() -> None:
    mine = SignerKey("log.example/a", Kind.ED25519, b"\x07" * 32)
    same_name = SignerKey("log.example/a", Kind.ED25519, b"\x08" * 32)
    key = mine.verifier()
    signed = Note(TEXT).signed_by(OTHER, same_name.sign(TEXT), mine.sign(TEXT))
    assert verified(signed, [key]) == {key: 0}
    with pytest.raises(NoteNotSigned, match="No trusted key"):
        verified(Note(TEXT).signed_by(OTHER, same_name.sign(TEXT)), [key])
    forged = Signature(key.name, key.key_id, bytes(64))
    with pytest.raises(NoteNotSigned, match=r"log\.example"):
        verified(signed.signed_by(forged), [key])
    with pytest.raises(NoteNotSigned):
        verified(Note(TEXT).signed_by(Signature(key.name, key.key_id, b"short")), [key])
