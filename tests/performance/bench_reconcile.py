"""A million payments answered and booked: pain.002 and camt.054 read, matched and posted.

Run with ``.venv/bin/python -m tests.performance.bench_reconcile [--lines 1000000]``. The payments lie
at the bank in files of fifty thousand, as the bank takes them; each is answered by a status report
and told of by a notice of as many entries. Each file is a line of its own as it is done: seconds that
grow from file to file would show. CPU seconds are this process's and every PostgreSQL process's
together. Beside them the old way: one object compared and one row updated at a time, on a tenth of
the first file, scaled up. Aims are printed, not asserted. A million takes three to five minutes on
two idle cores, most of it to put the payments at the bank.
"""

import argparse
import os
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psutil
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from bank_adapters import adapter_for
from service import load_jobs
from service.audit.actor import Actor
from service.batches.models import Batch, Payment
from service.dispatch.models import BankFile
from service.foundation import clock, ids
from service.foundation.database import transaction
from service.foundation.ids import number_of, reference_of
from service.foundation.money import yuan
from service.ledger.models import BankChannel
from service.ledger.post import post
from service.ledger.queries import balance
from service.reconciliation.models import InboundFile
from service.reconciliation.reply import receive_reply
from tests.factories.batches import channel
from tests.factories.residents import use
from tests.performance.bench_batches import Clock, _forget
from tests.performance.bench_month import anxin

SECONDS_AIM = 90.0
MEGABYTES_AIM = 400
PER_FILE = 50_000
FAILS_EVERY = 33
PROGRAMME, MONTH = "MZ15", "2026-10"
BANK = Actor(kind="bank", id="rural")
_PAYMENTS = text(
    """
    INSERT INTO payments (id, batch_id, state, programme, period, line_type, subject_kind, subject_id,
                          payee_name, division, channel_id, amount_fen, bank_file_id)
    OVERRIDING SYSTEM VALUE
    SELECT n, :batch, 'sent', :programme, :month, 'regular', 'person', n,
           '试样' || chr(CAST(19968 + n % 20000 AS int)), '330523100200', :channel, 10000 + n % 5000, :file
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n
    """
)


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
        home = Path(folder)
        os.environ.update(ANXIN_DATA_DIR=str(home / "data"), ANXIN_LOG_LEVEL="WARNING")
        os.environ.pop("ANXIN_DATABASE_URL", None)
        _forget()
        anxin("db", "upgrade")
        anxin("db", "url")  # The server stays up.
        pid = (home / "data/postgres/data/postmaster.pid").read_text().split()[0]
        try:
            load_jobs()
            bench(home, given.lines, Clock(psutil.Process(int(pid))))
        finally:
            _forget()
            anxin("down")


def bench(home: Path, lines: int, watch: Clock) -> None:
    """Put the payments at the bank, take its answers and notices, and print what it took."""
    files = _prepare(lines)
    for number, reference, first, last in files:
        (home / f"{number}.pain").write_bytes(b"".join(_report(reference, first, last)))
        (home / f"{number}.camt").write_bytes(b"".join(_notice(reference, first, last)))
    scale = _old_way(watch, files[0][0], (home / f"{files[0][0]}.pain").read_bytes(), lines)
    before_mb = _peak_mb()
    for what in ("pain", "camt"):
        for place, (number, *_) in enumerate(files, start=1):
            content = (home / f"{number}.{what}").read_bytes()
            before = watch.took.get(what, (0.0, 0.0))
            with watch.running(what), transaction() as session:
                bank = session.scalars(select(BankChannel)).one()
                kept = receive_reply(session, bank, f"{number}.{what}", content, by=BANK)
                if kept.state != "applied":
                    raise SystemExit(f"not believed: {kept.faults[:3]}")
            spent = [now - then for now, then in zip(watch.took[what], before, strict=True)]
            print(
                f"{what} {place:>2} of {len(files)} {spent[0]:8.1f} s wall {spent[1]:8.1f} s CPU "
                f"{_peak_mb():>6} MB",
                flush=True,
            )
    _check(lines)
    wall = cpu = 0.0
    print(f"\n{lines:,} payments in {len(files)} files")
    for what, title in (("pain", "pain.002"), ("camt", "camt.054")):
        took = watch.took[what]
        wall, cpu = wall + took[0], cpu + took[1]
        print(f"{title:<26} {took[0]:8.1f} s wall {took[1]:8.1f} s CPU")
    print(f"{'together':<26} {wall:8.1f} s wall {cpu:8.1f} s CPU; aim {SECONDS_AIM:.0f} s")
    slow = [one * scale for one in watch.took["old"]]
    print(
        f"{'row by row, updates only':<26} {slow[0]:8.1f} s wall {slow[1]:8.1f} s CPU, scaled from "
        "a tenth of a file"
    )
    print(
        f"peak memory {_peak_mb()} MB, {before_mb} MB before the first file; aim {MEGABYTES_AIM} MB"
    )


def _prepare(lines: int) -> list[tuple[UUID, str, int, int]]:
    files = []
    with transaction() as session:
        use(session)
        bank = channel("rural")
        session.execute(text("SET LOCAL session_replication_role = replica"))
        batch = Batch(
            id=ids.uuid7(), batch_no=f"{PROGRAMME}-{MONTH}-01", programme=PROGRAMME, month=MONTH,
            run_no=1, kind="regular", state="sent", snapshot_digest="", rule_digest="",
            built_at=clock.now(), round=1, comparison={}, controls_off=[], salt=bytes(32),
        )  # fmt: skip
        session.add(batch)
        session.flush()
        for place, first in enumerate(range(1, lines + 1, PER_FILE)):
            last = min(lines, first + PER_FILE - 1)
            reference = f"{batch.batch_no}-{place:02d}"
            file = _file(batch, bank, reference, first, last)
            session.add(file)
            session.flush()
            session.execute(
                _PAYMENTS,
                {
                    "batch": batch.id, "programme": PROGRAMME, "month": MONTH, "channel": bank.id,
                    "file": file.id, "first": first, "last": last,
                },
            )  # fmt: skip
            post(
                session, "file.sent", str(file.id),
                {"in_transit:rural:MZ15": file.amount_fen, "commitments:MZ15": -file.amount_fen},
                booked_on=file.execution_date,
            )  # fmt: skip
            files.append((file.id, reference, first, last))
        session.execute(text("ANALYZE payments"))
    return files


def _file(batch: Batch, bank: BankChannel, reference: str, first: int, last: int) -> BankFile:
    return BankFile(
        id=ids.uuid7(), batch_id=batch.id, round=1, channel_id=bank.id, profile=bank.profile,
        profile_version=1, file_reference=reference, file_name=f"{reference}.xml",
        content_sealed=b"", sha256=reference, sm3=reference, size_bytes=0, state="delivered",
        count=last - first + 1, amount_fen=sum(map(_fen, range(first, last + 1))),
        execution_date=clock.today(), made_at=clock.now(), resends=0, attempts=1,
    )  # fmt: skip


def _fen(number: int) -> int:
    return 10_000 + number % 5000


def _report(file_reference: str, first: int, last: int) -> Iterator[bytes]:
    total = yuan(sum(map(_fen, range(first, last + 1)))).replace(",", "")
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr>'
        f"<MsgId>R-{file_reference}</MsgId><CreDtTm>2026-11-25T10:00:00</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{file_reference}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><OrgnlNbOfTxs>{last - first + 1}"
        f"</OrgnlNbOfTxs><OrgnlCtrlSum>{total}</OrgnlCtrlSum></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{file_reference}</OrgnlPmtInfId>\n"
    ).encode()
    for number in range(first, last + 1):
        reference = reference_of(number)
        status = "<TxSts>ACSC</TxSts>"
        if number % FAILS_EVERY == 0:
            status = (
                "<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn>"
                "<AddtlInf>账户已销户</AddtlInf></StsRsnInf>"
            )
        fen = _fen(number)
        yield (
            f"<TxInfAndSts><OrgnlInstrId>{reference}</OrgnlInstrId><OrgnlEndToEndId>{reference}"
            f'</OrgnlEndToEndId>{status}<OrgnlTxRef><Amt><InstdAmt Ccy="CNY">{fen // 100}.'
            f"{fen % 100:02d}</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>\n"
        ).encode()
    yield b"</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>\n"


def _notice(file_reference: str, first: int, last: int) -> Iterator[bytes]:
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">'
        f"<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>N-{file_reference}</MsgId>"
        "<CreDtTm>2026-11-25T18:00:00</CreDtTm></GrpHdr>"
        f"<Ntfctn><Id>N-{file_reference}</Id><Acct><Id><Othr><Id>1</Id></Othr></Id></Acct>\n"
    ).encode()
    for number in range(first, last + 1):
        if number % FAILS_EVERY == 0:
            continue
        fen = _fen(number)
        yield (
            f'<Ntry><Amt Ccy="CNY">{fen // 100}.{fen % 100:02d}</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
            "<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-25</Dt></BookgDt><NtryDtls><TxDtls><Refs>"
            f"<AcctSvcrRef>Z{number}</AcctSvcrRef><PmtInfId>{file_reference}</PmtInfId>"
            f"<EndToEndId>{reference_of(number)}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>\n"
        ).encode()
    yield b"</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n"


def _old_way(watch: Clock, file_id: UUID, content: bytes, lines: int) -> float:
    """Compare and update one payment at a time, undo it, and return how many times it is to do.

    Reading the file is not counted, nor is anything posted, kept or recorded.
    """
    reply = adapter_for("iso20022").read_reply("", content)
    some = reply.records[: len(reply.records) // 10]
    with watch.running("old"), transaction() as session:
        for one in some:
            payment = session.get(Payment, number_of(one.reference) or 0)
            if payment is None or payment.bank_file_id != file_id:
                raise SystemExit("the payment of another file")
            if payment.amount_fen == one.amount_fen and payment.state == "sent":
                session.execute(
                    update(Payment)
                    .where(Payment.id == payment.id)
                    .values(state=one.state.value, result_code=one.code)
                    .execution_options(synchronize_session=False)
                )
        session.rollback()
    return lines / len(some)


def _check(lines: int) -> None:
    failed = lines // FAILS_EVERY
    failed_fen = sum(map(_fen, range(FAILS_EVERY, lines + 1, FAILS_EVERY)))
    total_fen = sum(map(_fen, range(1, lines + 1)))
    with transaction() as session:
        states = _states(session)
        if states != {"paid": lines - failed, "rejected": failed}:
            raise SystemExit(f"wrong states: {states}")
        if balance(session, "settled:MZ15") != total_fen - failed_fen:
            raise SystemExit("the books differ from the bank's")
        if balance(session, "in_transit:rural:MZ15"):
            raise SystemExit("money is left in transit")
        if session.scalars(select(InboundFile.state).distinct()).all() != ["applied"]:
            raise SystemExit("a file was not believed")


def _states(session: Session) -> dict[str, int]:
    rows = session.execute(select(Payment.state, func.count()).group_by(Payment.state))
    return {state: count for state, count in rows}  # noqa: C416 - rows are tuples of two


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
