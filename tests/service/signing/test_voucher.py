"""The voucher: the amount in words that nobody can alter, and a PDF whose text can be read again."""

import re
import zlib
from base64 import a85decode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.foundation.money import FEN_MAX, capitals
from service.signing.manifest import all_of
from service.signing.voucher.pdf import pdf_of
from service.signing.voucher.voucher import Voucher
from tests.factories.batches import county_batch, prepared, signed
from tests.factories.officers import staff
from tests.service.batches.reading import text_of
from tests.service.signing.bundles import signed_batch
from tests.service.web.browsing import SignInAs

DIGITS = {word: number for number, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def _number_of(words: str) -> int:
    """Read a whole number in capital numerals, as a cashier would."""
    for unit, value in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = words.rpartition(unit)
        if found:
            return _number_of(head) * value + _number_of(tail)
    total, digit = 0, 0
    for word in words:
        if word in PLACES:
            total, digit = total + digit * PLACES[word], 0
        else:
            digit = DIGITS[word]
    return total + digit


def _fen_of(words: str) -> int:
    """Read an amount in words back into fen."""
    found = re.fullmatch(r"(?:(.+)元)?零?(?:(.)角)?(?:(.)分)?整?", words)
    assert found is not None, words
    whole, jiao, fen = found.groups()
    return _number_of(whole or "") * 100 + DIGITS[jiao or "零"] * 10 + DIGITS[fen or "零"]


AMOUNTS = st.one_of(
    st.integers(0, FEN_MAX - 1),
    st.lists(st.sampled_from("0001234567890"), min_size=1, max_size=13).map(
        lambda digits: int("".join(digits))
    ),
    st.builds(lambda power, more: 10**power + more, st.integers(0, 12), st.integers(0, 110)),
)


@given(AMOUNTS)
@example(0)
@example(1)
@example(10)
@example(100)
@example(1_000_000_00)
@example(10_000_000_01)
@example(FEN_MAX - 1)
def test_every_amount_in_words_reads_back(amount_fen: int) -> None:
    words = capitals(amount_fen)
    assert _fen_of(words) == amount_fen, words
    assert "零零" not in words
    assert not words.startswith("零") or words == "零元整"
    assert words.endswith("整") == (amount_fen % 10 == 0)
    assert "零元" not in words or words == "零元整"
    assert not re.search("零[万亿拾佰仟角分整]", words)


@given(AMOUNTS, AMOUNTS)
def test_no_two_amounts_have_the_same_words(one: int, other: int) -> None:
    assert (capitals(one) == capitals(other)) == (one == other)


def _text_in(pdf: bytes) -> str:
    """Return the text of a PDF's pages as any reader extracts it: strings in UTF-16 of the Song font."""
    said = []
    for raw in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        content = zlib.decompress(
            a85decode(raw.strip(), adobe=False)
            if b"~>" not in raw
            else a85decode(b"<~" + raw.strip(), adobe=True)
        )
        for shown in re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", content, re.DOTALL):
            plain = re.sub(
                rb"\\([0-7]{3}|.)",
                lambda one: (
                    bytes([int(one[1], 8)])
                    if len(one[1]) == 3
                    else {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(
                        one[1], one[1]
                    )
                ),
                shown,
                flags=re.DOTALL,
            )
            said.append(
                plain.decode("utf-16-be" if b"\0" in plain or not plain.isascii() else "ascii")
            )
    return "".join(said)


def test_the_pdf_says_what_the_voucher_says(
    made: Session, data_dir: object, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = signed_batch(made, monkeypatch, signers=2)
    browser = sign_in_as("auditor")
    answer = browser.get(f"/batches/{batch.batch_no}/voucher.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    said = _text_in(answer.content)
    shown = text_of(browser.get(f"/batches/{batch.batch_no}/voucher").text)
    first, second = all_of(made, batch)
    for words in (
        "支付凭证",
        "¥400.10",
        "肆佰元壹角整",
        "33050163000000000018",
        "2026-10-16",
        first.digest.hex(),
        second.digest.hex(),
        (batch.lines_root or b"").hex(),
        "Ed25519",
    ):
        assert words.replace(" ", "") in said.replace(" ", ""), words
        assert words in shown, words
    assert said.count("签名") >= 2
    again = browser.get(f"/batches/{batch.batch_no}/voucher.pdf")
    assert again.content == answer.content, "the same voucher has the same bytes"


def test_a_character_beyond_the_typeface_is_never_left_out() -> None:
    voucher = Voucher(
        "支付凭证", "X-R1", [("付款事项", "𠮷田 <b>&")], [], [("签名", "a", "b")], [("x", "y")]
    )
    said = _text_in(pdf_of(voucher))
    assert "[U+20BB7]田" in said
    assert "<b>&" in said


def test_only_a_signed_batch_has_a_voucher(
    made: Session, data_dir: object, sign_in_as: SignInAs
) -> None:
    batch = prepared(made, county_batch(made), staff())
    answer = sign_in_as("signer").get(f"/batches/{batch.batch_no}/voucher")
    assert answer.status_code == 409
    assert "尚未完成全部签名" in answer.text


@pytest.mark.parametrize("duty", ["steward", "policy"])
def test_nobody_outside_the_chain_sees_it(
    made: Session, data_dir: object, sign_in_as: SignInAs, duty: str
) -> None:
    batch = county_batch(made)
    signed(made, batch)
    for path in ("voucher", "voucher.pdf", "recount", "bundle.zip"):
        answer = sign_in_as(duty).get(f"/batches/{batch.batch_no}/{path}")
        assert answer.status_code == 403, path
