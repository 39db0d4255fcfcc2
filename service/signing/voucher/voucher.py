"""What stands on a voucher; the page and the PDF show the same."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.batch_view import head_of
from service.batches.history import officer_names
from service.batches.models import Batch
from service.batches.queries import acts_of
from service.foundation.money import capitals, yuan
from service.foundation.problems import Problem
from service.signing.manifest import all_of, content
from service.signing.models import Signature
from service.web.filters import moment, number
from service.web.language import gettext

SIGNED = ("signed", "sent", "answered")


class NoVoucherYet(Problem):
    """The batch is not completely signed."""

    code = "no_voucher_yet"
    status = 409
    title = "There is no voucher yet"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"{batch.batch_no} is not signed by everybody who must; a voucher is made of signed batches only.",
            f"{batch.batch_no} 尚未完成全部签名，只有已签发的批次才有凭证。",
        )


@dataclass(frozen=True)
class Voucher:
    """One signed batch on paper; nothing on it is about a single payee."""

    title: str
    number: str
    about: list[tuple[str, str]]
    accounts: list[tuple[str, str, str, str]]
    """(debit account, pay day, lines, yuan) of each bank file."""
    people: list[tuple[str, str, str]]
    """(what, who, when) of each step of the chain."""
    digests: list[tuple[str, str]]
    """What the digest is of, and the digest in hex."""


def voucher_of(session: Session, batch: Batch) -> Voucher:
    """Return a signed batch's voucher in the language of the request; raises NoVoucherYet."""
    manifests = all_of(session, batch)
    if batch.state not in SIGNED or not manifests:
        raise NoVoucherYet(batch)
    said = content(manifests[0])
    amount = said["amount_fen"]
    pairs = [
        (gettext("What for"), head_of(batch).title),
        (gettext("Payees"), number(said["count"])),
        (gettext("Amount in figures"), f"¥{yuan(amount)}"),
        (gettext("Amount in words"), capitals(amount)),
    ]
    pairs += [(gettext("Control off"), str(one.get("control", ""))) for one in said["controls_off"]]
    digests = [(gettext("The list"), said["lines_root"])]
    for file in said["files"]:
        digests += [
            (f"{file['file_name']} SHA-256", file["sha256"]),
            (f"{file['file_name']} SM3", file["sm3"]),
        ]
    digests += [(gettext("Manifest to sign"), one.digest.hex()) for one in manifests]
    return Voucher(
        title=gettext("Payment voucher"),
        number=f"{said['batch_no']}-R{said['round']}",
        about=pairs,
        accounts=[
            (
                file["debtor_account"],
                file["execution_date"],
                number(file["count"]),
                yuan(file["amount_fen"]),
            )
            for file in said["files"]
        ],
        people=_people(session, batch),
        digests=digests,
    )


def _people(session: Session, batch: Batch) -> list[tuple[str, str, str]]:
    acts = [one for one in acts_of(session, batch) if one.round == batch.round]
    named = officer_names(session, {one.officer_id for one in acts})
    labels = {
        "submitted": gettext("Submitted by"),
        "approved": gettext("Approved by"),
        "signed": gettext("Signed by"),
    }
    ways = _ways(session, batch)
    found = []
    for one in acts:
        who = named.get(str(one.officer_id), "")
        way = ways.get(str(one.officer_id), "") if one.act == "signed" else ""
        found.append((labels.get(one.act, one.act), f"{who} {way}".strip(), _when(one.at)))
    return found


def _ways(session: Session, batch: Batch) -> dict[str, str]:
    """Return with what each signer signed."""
    manifests = [one.id for one in all_of(session, batch)]
    rows = session.execute(
        select(Signature.officer_id, Signature.algorithm).where(
            Signature.manifest_id.in_(manifests)
        )
    )
    return {str(officer_id): f"({algorithm})" for officer_id, algorithm in rows}


def _when(at: datetime) -> str:
    return moment(at)
