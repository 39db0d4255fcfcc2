"""Things of the trail in words: what a kind is called, how one is named, and where it has its page."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.batches.recoveries.models import RecoveryCase
from service.dispatch.models import BankFile
from service.dispatch.recall.models import Recall
from service.foundation.ids import reference_of
from service.notices.objections.models import Objection
from service.officers.models import Officer
from service.reconciliation.models import InboundFile
from service.residents.models import Delivery
from service.web.here import visit

KINDS: dict[str, tuple[str, str]] = {
    "addresses": ("page", "页面"),
    "account_changes": ("account change", "账户变更"),
    "appropriations": ("appropriation", "预算指标"),
    "approval_chain_sets": ("chains of sign-offs", "审批链"),
    "approval_delegations": ("absence", "请假与代办"),
    "assessments": ("assessment", "核定"),
    "audit_samples": ("sample", "审计样本"),
    "audit_entries": ("audit trail", "审计留痕"),
    "bank_channels": ("bank", "代发银行"),
    "bank_days": ("bank day", "银行日"),
    "bank_files": ("bank file", "银行文件"),
    "bank_statements": ("statement", "对账单"),
    "batch_findings": ("finding", "核查发现"),
    "batches": ("list", "批次"),
    "control_switches": ("control switched", "控制启停"),
    "correction_files": ("correction workbook", "更正表"),
    "correction_rows": ("row of a correction", "更正表行"),
    "deliveries": ("delivery", "报送"),
    "divisions": ("divisions", "行政区划"),
    "duty_grants": ("duty", "岗位职责"),
    "emergency_accesses": ("emergency access", "应急访问"),
    "enquiry_codes": ("one-time code", "一次性验证码"),
    "evidence_packs": ("evidence pack", "证据包"),
    "exception_assignments": ("letter of assignment", "交办单"),
    "exception_tasks": ("exception", "异常事项"),
    "fact_corrections": ("correction of a fact", "事实更正"),
    "feed_sources": ("source", "数据来源"),
    "feed_waivers": ("waiver", "时效豁免"),
    "feeds": ("feed", "数据源"),
    "field_keys": ("field key", "字段密钥"),
    "finance_asks": ("finance's request", "财务申请"),
    "finance_tasks": ("exception of finance", "对账异常"),
    "hand_deliveries": ("carried file", "人工送盘"),
    "heir_registrations": ("heir", "继承人登记"),
    "hold_acts": ("lines left out", "报盘前剔除"),
    "households": ("household", "家庭"),
    "identity_acts": ("identity act", "身份处理"),
    "identity_disputes": ("disputed number", "身份争议"),
    "inbound_files": ("bank's answer", "回盘文件"),
    "late_answers": ("late answer", "逾期回复"),
    "ledger_entries": ("ledger entry", "会计分录"),
    "mend_runs": ("mending of past months", "往月补正"),
    "month_runs": ("month run", "月度核定"),
    "notices": ("notice", "公示"),
    "objections": ("objection", "异议"),
    "officers": ("officer", "工作人员"),
    "organisations": ("organisation", "单位"),
    "payments": ("payment", "发放明细"),
    "persons": ("resident", "居民"),
    "programmes": ("programme", "补贴项目"),
    "province": ("the province's sign-in", "省统一认证"),
    "proxy_registrations": ("proxy", "代领人登记"),
    "recall_lines": ("line of a recall", "撤销明细"),
    "recalls": ("recall", "撤销付款"),
    "receipt_assignments": ("receipt", "来款认领"),
    "recovery_cases": ("recovery", "追回案件"),
    "reply_lines": ("line of an answer", "回盘明细"),
    "resident_requests": ("request of a resident", "居民申请"),
    "residents": ("search for residents", "居民查找"),
    "review_checks": ("check", "核实检查"),
    "review_tasks": ("question to a department", "核实任务"),
    "rule_proposals": ("proposal", "规则提案"),
    "rule_set_versions": ("set of rules", "规则版本"),
    "signing_keys": ("signing key", "签名密钥"),
    "snapshots": ("snapshot", "数据快照"),
    "workbooks": ("workbook", "工作簿"),
}


def kind_in_words(kind: str) -> str:
    """Return what a kind of thing is called; one without words stays as it is."""
    english, chinese = KINDS.get(kind, (kind, kind))
    return chinese if visit().language == "zh" else english


@dataclass(frozen=True)
class Shown:
    """How one thing is named, and where its page is; "" where it has none."""

    name: str
    href: str = ""


Thing = tuple[str, str]
"""A kind and an id, as an entry keeps them."""


def shown(session: Session, things: Iterable[Thing]) -> dict[Thing, Shown]:
    """Return how each of some things is named, in at most one question a kind."""
    wanted: dict[str, set[str]] = {}
    for kind, thing in things:
        wanted.setdefault(kind, set()).add(thing)
    found: dict[Thing, Shown] = {}
    for kind, ids in wanted.items():
        named = _NAMED[kind](session, ids) if kind in _NAMED else {}
        for thing in ids:
            one = named.get(thing) or Shown(thing)
            found[kind, thing] = Shown(f"{kind_in_words(kind)} {one.name}", one.href)
    return found


def _payments(session: Session, ids: Collection[str]) -> dict[str, Shown]:
    numbers = [int(one) for one in ids if one.isascii() and one.isdecimal()]
    rows = session.execute(
        select(Payment.id, Batch.batch_no)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(Payment.id.in_(numbers))
    )
    return {
        str(number): Shown(reference_of(number), f"/audit/payments/{reference_of(number)}")
        for number, _ in rows
    }


def _persons(_: Session, ids: Collection[str]) -> dict[str, Shown]:
    return {one: Shown(one, f"/audit/entries?person={one}") for one in ids}


def _officers(session: Session, ids: Collection[str]) -> dict[str, Shown]:
    rows = session.execute(select(Officer.id, Officer.name).where(Officer.id.in_(uuids(ids))))
    return {str(one): Shown(name, f"/officers/{one}") for one, name in rows}


def _batches(session: Session, ids: Collection[str]) -> dict[str, Shown]:
    rows = session.execute(select(Batch.id, Batch.batch_no).where(Batch.id.in_(uuids(ids))))
    return {str(one): Shown(no, f"/batches/{no}") for one, no in rows}


def _bank_files(session: Session, ids: Collection[str]) -> dict[str, Shown]:
    rows = session.execute(
        select(BankFile.id, BankFile.file_name).where(BankFile.id.in_(uuids(ids)))
    )
    return {str(one): Shown(name, f"/dispatch/{one}") for one, name in rows}


def _inbound_files(session: Session, ids: Collection[str]) -> dict[str, Shown]:
    rows = session.execute(
        select(InboundFile.id, InboundFile.file_name).where(InboundFile.id.in_(uuids(ids)))
    )
    return {str(one): Shown(name, f"/reconciliation/files/{one}") for one, name in rows}


def _recalls(session: Session, ids: Collection[str]) -> dict[str, Shown]:
    found = session.scalars(select(Recall).where(Recall.id.in_(uuids(ids))))
    return {str(one.id): Shown(one.reference, f"/dispatch/recalls/{one.id}") for one in found}


def _objections(session: Session, ids: Collection[str]) -> dict[str, Shown]:
    found = session.scalars(select(Objection).where(Objection.id.in_(uuids(ids))))
    return {
        str(one.id): Shown(one.objection_no, f"/objections/{one.objection_no}") for one in found
    }


def _recoveries(session: Session, ids: Collection[str]) -> dict[str, Shown]:
    found = session.scalars(select(RecoveryCase).where(RecoveryCase.id.in_(uuids(ids))))
    return {str(one.id): Shown(one.spoken_name, f"/recoveries/{one.spoken_name}") for one in found}


def _deliveries(session: Session, ids: Collection[str]) -> dict[str, Shown]:
    rows = session.execute(select(Delivery.id, Delivery.feed).where(Delivery.id.in_(uuids(ids))))
    return {str(one): Shown(feed, f"/feeds/{feed}/deliveries/{one}") for one, feed in rows}


def uuids(texts: Iterable[str]) -> list[UUID]:
    """Return those of some texts that are UUIDs as we write them."""
    found = []
    for text in texts:
        try:
            one = UUID(text)
        except ValueError:
            continue
        if str(one) == text:
            found.append(one)
    return found


_NAMED: dict[str, Callable[[Session, Collection[str]], dict[str, Shown]]] = {
    "payments": _payments,
    "persons": _persons,
    "officers": _officers,
    "batches": _batches,
    "bank_files": _bank_files,
    "inbound_files": _inbound_files,
    "recalls": _recalls,
    "objections": _objections,
    "recovery_cases": _recoveries,
    "deliveries": _deliveries,
}
