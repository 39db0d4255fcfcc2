"""The payment voucher of a signed batch in both languages, as its page prints it; no person stands on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.signing.voucher.pdf import pdf_of
from service.signing.voucher.voucher import NoVoucherYet, voucher_of
from service.web import here


def vouchers(session: Session, batch: Batch) -> Iterator[tuple[str, bytes]]:
    """Yield the voucher as PDF in Chinese and in English; nothing before the batch is signed."""
    for language in ("zh", "en"):
        with _speaking(language):
            try:
                made = pdf_of(voucher_of(session, batch))
            except NoVoucherYet:
                return
        yield f"voucher.{language}.pdf", made


@contextmanager
def _speaking(language: str) -> Iterator[None]:
    """Speak a language for a while, whatever the request's is: both are in every pack."""
    before = here.visit()
    here.enter(replace(before, language=language))
    try:
        yield
    finally:
        here.enter(before)
