"""Files that are at their banks, and what banks say about them, written by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM, Actor
from service.audit.moves import move
from service.batches.models import Batch, Payment
from service.dispatch import queries
from service.dispatch.channels import fund
from service.dispatch.models import BankFile
from service.dispatch.sent import mark_sent
from service.dispatch.sent_lines import sent_lines
from service.ledger.models import BankChannel
from service.reconciliation.models import InboundFile, ReplyLine
from service.reconciliation.reissue import reissue
from service.reconciliation.reply import receive_reply
from service.reconciliation.statement import receive_statement
from service.residents.models import Person
from tests.bank_adapters.makers import Told, pain002, sheet
from tests.factories.banks import OPENING_FEN
from tests.factories.batches import PAY_DAY, account, channel, county_batch, signed
from tests.factories.officers import Staff, staff

BANK = Actor(kind="bank", id="rural")
NEXT_DAY = date(2026, 10, 17)


@dataclass
class Sent:
    """A batch whose files are at both banks."""

    session: Session
    batch: Batch
    people: Staff

    def channel(self, code: str = "rural") -> BankChannel:
        return self.session.scalars(select(BankChannel).where(BankChannel.code == code)).one()

    def file(self, code: str = "rural") -> BankFile:
        (only,) = [
            one
            for one in queries.of_batch(self.session, self.batch)
            if one.channel_id == self.channel(code).id
        ]
        return only

    def lines(self, code: str = "rural") -> list[Payment]:
        return list(
            self.session.scalars(
                select(Payment)
                .where(Payment.bank_file_id == self.file(code).id)
                .order_by(Payment.id)
                .execution_options(populate_existing=True)
            )
        )

    def states(self, code: str = "rural") -> list[str]:
        return [line.state for line in self.lines(code)]

    def told(self, *statuses: str, code: str = "rural") -> list[Told]:
        """Say one status of each line; the last one counts for the rest."""
        lines = self.lines(code)
        padded = [*statuses, *[statuses[-1]] * (len(lines) - len(statuses))]
        orders = sent_lines(self.session, self.file(code))
        return [
            Told(
                line.reference,
                yuan(line.amount_fen),
                status,
                *_why(status),
                account_no=order.account_no,
                account_name=order.account_name,
            )
            for line, status, order in zip(lines, padded, orders, strict=False)
        ]

    def reply(self, said: Sequence[Told], code: str = "rural", **changes: str) -> InboundFile:
        """Receive a reply in the channel's own form."""
        given = {"file_reference": self.file(code).file_reference, **changes}
        return self.receive(render(code, said, **given), code)

    def receive(self, content: bytes, code: str = "rural", name: str = "answer.xml") -> InboundFile:
        return receive_reply(self.session, self.channel(code), name, content, by=BANK)

    def statement(self, content: bytes, code: str = "rural") -> InboundFile:
        return receive_statement(
            self.session, self.channel(code), "statement.xml", content, by=BANK
        )

    def outcomes(self, inbound: InboundFile) -> list[str]:
        return list(
            self.session.scalars(
                select(ReplyLine.outcome)
                .where(ReplyLine.inbound_file_id == inbound.id)
                .order_by(ReplyLine.id)
            )
        )


def sent(session: Session, lines: int = 8, *, month: str = "2026-10") -> Sent:
    """Return a signed batch whose files were delivered to both banks, both funded."""
    for code in ("ccb", "rural"):
        if not session.scalars(select(BankChannel).where(BankChannel.code == code)).first():
            fund(session, channel(code), OPENING_FEN, on=PAY_DAY.replace(day=1))
    batch, people = county_batch(session, lines, month=month), staff()
    return send(session, batch, people)


def send(session: Session, batch: Batch, people: Staff) -> Sent:
    """Sign a batch and deliver its files."""
    signed(session, batch, people)
    for file in queries.of_batch(session, batch):
        move(session, file, "sending", by=SYSTEM)
        move(session, file, "delivered", by=SYSTEM)
        mark_sent(session, file)
    return Sent(session, batch, people)


def issue_again(out: Sent, *lines: Payment, code: str = "rural") -> Sent:
    """Correct the payees' accounts, issue the lines again and deliver their files."""
    for line in lines:
        account(out.session.get_one(Person, line.payee_person_id))
    batch = reissue(out.session, out.batch.programme, out.batch.month, by=BANK)
    assert batch is not None
    return send(out.session, batch, out.people)


def yuan(amount_fen: int) -> str:
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


def _why(status: str) -> tuple[str, str]:
    return ("AC04", "账户已销户") if status == "RJCT" else ("", "")


def render(code: str, said: Sequence[Told], **changes: str) -> bytes:
    """Return a reply in the form of a channel's bank."""
    if code == "ccb":
        return sheet(said, **changes).encode("gb18030")
    return pain002(said, **changes)


def debit(file: BankFile, amount_fen: int) -> str:
    """Return the statement's entry for a whole file."""
    details = (
        f"<NtryDtls><Btch><MsgId>{file.file_reference}</MsgId><PmtInfId>{file.file_reference}"
        f"</PmtInfId><NbOfTxs>{file.count}</NbOfTxs></Btch></NtryDtls>"
    )
    return entry(amount_fen, "DBIT", details)


def came_back(file: BankFile, payment: Payment, amount_fen: int | None = None) -> str:
    """Return the statement's entry for a payment that came back."""
    details = (
        f"<NtryDtls><TxDtls><Refs><PmtInfId>{file.file_reference}</PmtInfId>"
        f"<EndToEndId>{payment.reference}</EndToEndId></Refs>"
        "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls>"
    )
    return entry(payment.amount_fen if amount_fen is None else amount_fen, "CRDT", details)


def entry(amount_fen: int, side: str, details: str = "") -> str:
    """Return one booked entry."""
    return (
        f'<Ntry><Amt Ccy="CNY">{yuan(amount_fen)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        "<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>@DAY@</Dt></BookgDt>"
        f"<AcctSvcrRef>B1</AcctSvcrRef>{details}</Ntry>"
    )


def statement(
    account: str,
    entries: Iterable[str],
    *,
    opening_fen: int,
    closing_fen: int,
    day: date = PAY_DAY,
    number: int = 1,
) -> bytes:
    """Return a camt.053 of one account's day."""
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="CNY">{yuan(amount_fen)}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
        for kind, amount_fen in (("OPBD", opening_fen), ("CLBD", closing_fen))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<Stmt><Id>S-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>"
        f"{balances}{''.join(entries).replace('@DAY@', str(day))}</Stmt></BkToCstmrStmt></Document>"
    ).encode()
