"""Bank files' speed: a million payments written, schema-checked and read, ours beside other code.

Run with ``.venv/bin/python -m tests.performance.bench_banks [--payments 1000000] [--only NAME]``.
Every measurement runs in a process of its own and prints processor seconds beside wall seconds, and
the most memory the process ever held. The libraries beside ours hold everything in memory, so they
get fewer payments and their seconds are scaled to the same number, which is said. ``pain001`` comes
from ``pip install --require-hashes -r requirements-bench.lock``; what is not installed is left out.
The schema is checked by lxml, streaming, in a process of its own, as one would before signing.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from lxml import etree

from bank_adapters import Instruction
from bank_adapters.registry import format_for
from tests.bank_adapters.makers import HEADER, instruction
from tests.bank_adapters.schemas import schema_path

VERSION = "pain.001.001.09"
ELSEWHERE = 20_000
ENTRY = (
    '<Ntry><NtryRef>{n}</NtryRef><Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
    "<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-25</Dt></BookgDt><ValDt><Dt>2026-11-25</Dt></ValDt>"
    "<AcctSvcrRef>B{n:012d}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT"
    "</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><PmtInfId>OAA-1</PmtInfId>"
    '<EndToEndId>P{n:012d}</EndToEndId></Refs><Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
    "<RltdPties><Cdtr><Pty><Nm>王秀英</Nm></Pty></Cdtr></RltdPties>{back}</TxDtls></NtryDtls></Ntry>\n"
)
STATUS = (
    "<TxInfAndSts><StsId>S{n}</StsId><OrgnlInstrId>P{n:012d}</OrgnlInstrId><OrgnlEndToEndId>P{n:012d}"
    '</OrgnlEndToEndId>{status}<OrgnlTxRef><Amt><InstdAmt Ccy="CNY">{amount}</InstdAmt></Amt><CdtrAcct>'
    "<Id><Othr><Id>62170012345{n:08d}</Id></Othr></Id></CdtrAcct></OrgnlTxRef></TxInfAndSts>\n"
)
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"


def payments(count: int) -> Iterator[Instruction]:
    """Yield payments with different references and amounts."""
    one = instruction()
    for place in range(count):
        yield replace(one, reference=f"P{place:012d}", amount_fen=10_000 + place % 90_000)


def amount(place: int) -> str:
    """Return the yuan of the payment at this place."""
    fen = 10_000 + place % 90_000
    return f"{fen // 100}.{fen % 100:02d}"


def write_reply(path: Path, count: int) -> None:
    """Write a pain.002 by hand: one payment of 33 is rejected."""
    rejected = "<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>账户已销户</AddtlInf></StsRsnInf>"
    with path.open("w", encoding="utf-8") as out:
        out.write(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}pain.002.001.10">'
            "<CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-11-25T10:00:00</CreDtTm></GrpHdr>\n"
            "<OrgnlGrpInfAndSts><OrgnlMsgId>OAA-1</OrgnlMsgId><OrgnlMsgNmId>pain.001</OrgnlMsgNmId>"
            f"<OrgnlNbOfTxs>{count}</OrgnlNbOfTxs></OrgnlGrpInfAndSts>\n<OrgnlPmtInfAndSts>"
            "<OrgnlPmtInfId>OAA-1</OrgnlPmtInfId>\n"
        )
        for n in range(count):
            status = rejected if n % 33 == 0 else "<TxSts>ACSC</TxSts>"
            out.write(STATUS.format(n=n, amount=amount(n), status=status))
        out.write("</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>\n")


def write_notice(path: Path, count: int) -> None:
    """Write a camt.054 by hand: one payment of 33 comes back."""
    back = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    with path.open("w", encoding="utf-8") as out:
        out.write(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}camt.054.001.08">'
            "<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-11-25T10:00:00</CreDtTm>"
            "</GrpHdr>\n<Ntfctn><Id>N1</Id><Acct><Id><Othr><Id>4000021209014411111</Id></Othr></Id></Acct>\n"
        )
        for n in range(count):
            side, why = ("CRDT", back) if n % 33 == 0 else ("DBIT", "")
            out.write(ENTRY.format(n=n, amount=amount(n), side=side, back=why))
        out.write("</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n")


def write_statement(path: Path, count: int) -> None:
    """Write a camt.053 by hand that leads from its opening to its closing balance."""
    back = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    fens = [(1 if n % 33 == 0 else -1) * (10_000 + n % 90_000) for n in range(count)]
    opening = 10**12
    with path.open("w", encoding="utf-8") as out:
        out.write(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}camt.053.001.08">'
            "<BkToCstmrStmt><GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-11-25T10:00:00</CreDtTm></GrpHdr>\n"
            "<Stmt><Id>S1</Id><ElctrncSeqNb>1</ElctrncSeqNb><Acct><Id><Othr><Id>4000021209014411111"
            "</Id></Othr></Id><Ccy>CNY</Ccy></Acct>"
            f"{_balance('OPBD', opening)}{_balance('CLBD', opening + sum(fens))}\n"
        )
        for n in range(count):
            side, why = ("CRDT", back) if n % 33 == 0 else ("DBIT", "")
            out.write(ENTRY.format(n=n, amount=amount(n), side=side, back=why))
        out.write("</Stmt></BkToCstmrStmt></Document>\n")


def _balance(kind: str, fen: int) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="CNY">{fen // 100}.{fen % 100:02d}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2026-11-25</Dt></Dt></Bal>"
    )


def ours_written(folder: Path, count: int) -> int:
    """Check and write every payment, in files of 50,000 as the channel does; return how many."""
    order = format_for(VERSION)
    done, waiting = 0, payments(count)
    while part := list(islice(waiting, 50_000)):
        header = replace(HEADER, file_reference=f"OAA-{done // 50_000}")
        (folder / f"order-{done // 50_000}.xml").write_bytes(order.write(header, part).content)
        done += len(part)
    return done


def ours_schema_checked(folder: Path, count: int) -> int:
    """Hold every written file against the official schema, streaming; return the payments seen."""
    schema = etree.XMLSchema(etree.parse(schema_path(VERSION)))
    seen = 0
    for path in sorted(folder.glob("order-*.xml")):
        for _, element in etree.iterparse(str(path), tag="{*}CdtTrfTxInf", schema=schema):
            seen += 1
            element.clear()
            parent = element.getparent()
            elder = element.getprevious()
            if parent is not None and elder is not None and elder.tag == element.tag:
                parent.remove(elder)
    return seen


def ours_read(name: str) -> Callable[[Path, int], int]:
    """Return what reads the file of one format."""

    def read(folder: Path, count: int) -> int:
        with (folder / name).open("rb") as source:
            found = format_for(name).read(source)
        assert found.believable
        return len(found.records)

    return read


def sepaxml_written(folder: Path, count: int) -> int:
    """Write with sepaxml, unchecked: SEPA accounts only, Chinese names become Latin."""
    from datetime import date

    from sepaxml import SepaTransfer

    terms = {"name": "County", "IBAN": "NL50BANK1234567890", "BIC": "BANKNL2A", "batch": True, "currency": "EUR"}  # fmt: skip
    order = SepaTransfer(terms, schema=VERSION)
    for one in payments(count):
        order.add_payment(
            {
                "name": one.account_name,
                "IBAN": "NL50BANK1234567890",
                "BIC": "BANKNL2A",
                "amount": one.amount_fen,
                "execution_date": date(2026, 11, 25),
                "description": one.purpose,
                "endtoend_id": one.reference,
            }
        )
    (folder / "sepaxml.xml").write_bytes(order.export(validate=False))
    return count


def pain001_read(folder: Path, count: int) -> int:
    """Read the pain.002 with pain001, which hands out the first transaction of a block only."""
    from pain001.pain002.parser import parse_pain002_report

    os.chdir(folder)  # It reads below the folder it stands in only.
    report = parse_pain002_report("pain.002")
    return max(len(one) for one in report.values() if isinstance(one, list))


def lxml_tree_read(folder: Path, count: int) -> int:
    """Read the camt.054 with a whole lxml tree: nothing judged, only references and amounts found."""
    tree = etree.parse(str(folder / "camt.054"))
    found = [
        (one.findtext("{*}NtryDtls/{*}TxDtls/{*}Refs/{*}EndToEndId"), one.findtext("{*}Amt"))
        for one in tree.iter("{*}Ntry")
    ]
    return len(found)


class Task:
    """One measurement: what it does, its code, and how many payments it gets at most."""

    def __init__(
        self, title: str, run: Callable[[Path, int], int], most: int = 0, needs: str = ""
    ) -> None:
        self.title, self.run, self.most, self.needs = title, run, most, needs


TASKS = {
    "written": Task(f"{VERSION} checked and written", ours_written),
    "schema": Task("held against the official schema", ours_schema_checked),
    "sepaxml": Task("beside: sepaxml writes", sepaxml_written, ELSEWHERE, "sepaxml"),
    "pain.002": Task("pain.002 read", ours_read("pain.002")),
    "pain001": Task("beside: pain001 reads it", pain001_read, ELSEWHERE, "pain001"),
    "camt.053": Task("camt.053 read", ours_read("camt.053")),
    "camt.054": Task("camt.054 read", ours_read("camt.054")),
    "tree": Task("beside: lxml's tree of it, unjudged", lxml_tree_read, ELSEWHERE * 5),
}


def main() -> None:
    """Run every task and print one table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--payments", type=int, default=1_000_000)
    parser.add_argument("--only", choices=TASKS)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _measure(TASKS[given.one], given.folder, given.payments)
        return
    print(f"{'what':<42}{'payments':>10}{'cpu s':>8}{'wall s':>8}{'peak MB':>9}  records")
    for name, task in TASKS.items():
        if given.only in {None, name}:
            _show(name, task, given.payments)


def _show(name: str, task: Task, count: int) -> None:
    if task.needs and importlib.util.find_spec(task.needs) is None:
        print(f"{task.title:<42}  not installed, left out")
        return
    mine = min(count, task.most or count)
    with tempfile.TemporaryDirectory(prefix="anxin-bench-banks-") as folder:
        home = Path(folder)
        if name == "schema":
            ours_written(home, mine)
        elif name in {"pain.002", "pain001"}:
            write_reply(home / "pain.002", mine)
        elif name == "camt.053":
            write_statement(home / "camt.053", mine)
        elif name in {"camt.054", "tree"}:
            write_notice(home / "camt.054", mine)
        command = [sys.executable, "-m", "tests.performance.bench_banks", "--one", name]
        done = subprocess.run(
            [*command, "--folder", folder, "--payments", str(mine)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    one = json.loads(done.stdout)
    scaled = f", scaled from {mine:,}" if mine < count else ""
    factor = count / mine
    print(
        f"{task.title:<42}{count:>10,}{one['cpu'] * factor:>8.1f}{one['wall'] * factor:>8.1f}"
        f"{one['mb']:>9,}  {one['records']:,}{scaled}"
    )


def _measure(task: Task, folder: Path, count: int) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    records = task.run(folder, count)
    told = {
        "records": records,
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "mb": _peak_mb(),
    }
    print(json.dumps(told))


def _peak_mb() -> int:
    """The most this process held; getrusage would count the parent's pages of before the exec."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    match = re.search(r"VmHWM:\s+([0-9]+) kB", status)
    return int(match[1]) // 1024 if match else 0


if __name__ == "__main__":
    main()
