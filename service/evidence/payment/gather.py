"""Put one payment's pack together: its content for machines, and every file beside it."""

from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from service.evidence.archive.write import Archive, archived, programs
from service.evidence.paper.pdf import pdf_of
from service.evidence.payment.at_bank import answered, sent
from service.evidence.payment.booked import booked
from service.evidence.payment.decided import RULE_SET, decided, rule_files
from service.evidence.payment.linked import linked
from service.evidence.payment.signed import proved, signed_file, signed_files
from service.evidence.payment.steps import Names, approved, compared, left_out, noticed, screened
from service.evidence.payment.subject import Subject, paid
from service.evidence.readme import readme
from service.evidence.trail import trail_of

FORMAT = "anxin/evidence-payment/v1"
CONTENT = "payment.json"


def pack_of(session: Session, about: Subject) -> Archive:
    """Return a payment's pack; the same state, shown as far, gives the same bytes."""
    content, files = gathered(session, about)
    return archived(
        "payment",
        about.payment.reference,
        [
            (CONTENT, rfc8785.dumps(content)),
            ("README.txt", readme(content).encode()),
            *((f"payment.{language}.pdf", pdf_of(content, language)) for language in ("zh", "en")),
            *files,
            *programs(),
        ],
    )


def gathered(session: Session, about: Subject) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
    """Return a payment's content as JSON has it, and the files that it stands on."""
    names = Names(session)
    files = list(rule_files(session, about))
    signed = list(signed_files(session, about))
    proofs, leaves = proved(session, about)
    bank, lines = sent(session, about)
    answers, parts = answered(session, about, names)
    trail = trail_of(session, _things(session, about))
    law = decided(session, about)
    law["rules"] |= _rules_found(files)
    content = {
        "format": FORMAT,
        "shown": "whole" if about.whole else "masked",
        "payment": paid(session, about),
        **law,
        "screening": screened(session, about, names),
        "comparison": compared(session, about),
        "notice": noticed(session, about, names),
        "approval": approved(session, about, names),
        "left_out": left_out(session, about, names),
        "signed": {"manifests": sum("manifest-" in name for name, _ in signed), **proofs},
        "bank": bank,
        "answers": answers,
        "ledger": booked(session, about),
        "linked": linked(session, about, names),
        "trail": trail.said,
    }
    return content, [*files, *signed, *leaves, *lines, *parts, *trail.files]


def _rules_found(files: list[tuple[str, bytes]]) -> dict[str, str | None]:
    names = [name for name, _ in files]
    text = next((name for name in names if name != RULE_SET), None)
    return {"file": RULE_SET if RULE_SET in names else None, "text": text}


def _things(session: Session, about: Subject) -> list[tuple[str, object]]:
    things: list[tuple[str, object]] = [
        ("payments", about.payment.id),
        ("batches", about.batch.id),
    ]
    files = {one.id for one in (about.file, signed_file(session, about)) if one is not None}
    return things + [("bank_files", one) for one in sorted(files)]
