"""The demonstration: two months of a synthetic county, from departments' files to money on cards.

Every step looks at what is there already, so a run that was interrupted – at any point – goes on
where it stopped, and a run that was finished finds nothing left to pay.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import load_jobs
from service.assessment.explain import latest
from service.audit.actor import Actor
from service.audit.log.publish import publish
from service.audit.log.sequence import sequence
from service.batches import queries
from service.batches.lines import totals
from service.batches.models import Batch, MonthRun, Payment
from service.batches.month import press
from service.demo.aside import make_room
from service.demo.bank import SimulatedBank, choose_fates, simulated_bank
from service.demo.chain import put_chains
from service.demo.corrections import correct_and_reissue
from service.demo.county import make_county
from service.demo.money import close_days, days_closed, read_answers, send_month
from service.demo.people import decide_month
from service.demo.report import Story, report
from service.demo.resident import a_resident_asks
from service.demo.show import Stages
from service.demo.staff import Staff, hire
from service.demo.witnesses import witnesses
from service.demo.work import stamp_here, wait_for, worker
from service.foundation.database import transaction
from service.foundation.engines import database_url, redis_url
from service.foundation.jobs import revive
from service.foundation.jobs.wake import announce
from service.foundation.migrating import upgrade
from service.foundation.money import yuan
from service.foundation.months import Month
from service.foundation.settings import settings
from service.ledger.appropriate import appropriate_from
from service.programmes.catalogue import rules
from service.residents.importing import import_folder
from service.residents.models import Delivery
from service.residents.places import import_divisions

_NOTICE_DAYS = 15
"""Posted on the first, paid on the sixteenth: the longest notice is a week."""
_MONTHLY_ONLY = ("monthly", "triggered_monthly")


def tell(residents: int, month: Month, seed: int, console: Console) -> dict[str, Any]:
    """Run the demonstration and return its report; money is integer fen."""
    stamp_here()
    story = Story(month=str(month), residents=residents)
    stages = Stages(console, story.seconds)
    folder = settings().data_dir / f"county-{residents}-{seed}-{month}"
    aside = make_room({"residents": residents, "seed": seed, "month": str(month)})
    if aside is not None:
        console.print(
            f"An earlier demonstration was put aside in {aside}. 之前的演示数据已移至该目录。"
        )
    with stages.stage("engines", "Engines start 启动数据库与队列"):
        upgrade(database_url())
        redis_url()
        load_jobs()
        announce()
        with transaction() as session:
            staff = hire(session)
            revive(session)
            before = _payments(session)
            story.first_run = _finished(session, str(month)) is None
    with witnesses():
        with worker(), simulated_bank(seed) as bank:
            with stages.stage("county", "Departments prepare deliveries 部门备数") as stage:
                _make(folder, residents, month, seed)
                stage.said = f"{residents:,} residents"
            with transaction() as session:
                bank.register(session, on=month.previous.first_day)
                put_chains(session)
            _one_month(stages, story, folder, month.previous, staff, bank, everything=False)
            _one_month(stages, story, folder, month, staff, bank, everything=True)
            with stages.stage(
                "reissue", "Accounts corrected, failures re-issued 更正重发"
            ) as stage:
                on = month.first_day + timedelta(days=24)
                made = correct_and_reissue(folder / "corrections", str(month), staff, on=on)
                stage.said = f"{len(made)} batches wait for review" if made else "nothing new"
        return _close(stages, story, before)


def _one_month(
    stages: Stages,
    story: Story,
    folder: Path,
    month: Month,
    staff: Staff,
    bank: SimulatedBank,
    *,
    everything: bool,
) -> None:
    """Import, press the button, decide, send, reconcile and close one month."""
    with stages.stage("import", f"{month} feeds imported 数据归集") as stage:
        stage.said = _import(folder, month)
    with stages.stage("month", f"{month} one click 一键核定") as stage:
        stage.said = _press(month, staff, everything=everything)
    with stages.stage("people", f"{month} reviewed, approved, signed 审批签名") as stage:
        pay_day = decide_month(
            str(month),
            staff,
            posted_on=month.first_day,
            days_longest=_NOTICE_DAYS,
            before_signing=lambda: _plan(bank, story.month),
        )
        stage.said = f"pay day {pay_day}"
    with stages.stage("dispatch", f"{month} sent to the banks 报盘") as stage:
        files, amount_fen = send_month(str(month), staff)
        stage.said = f"{files} files, {yuan(amount_fen)} yuan"
    with stages.stage("reconcile", f"{month} answers reconciled 回盘对账") as stage:
        read_answers(str(month))
        stage.said = _answered(str(month))
    with stages.stage("close", f"{month} bank days closed 关账") as stage:
        close_days(bank, pay_day, staff)
        story.closed_days = days_closed()
        stage.said = f"{len(story.closed_days)} days"


def _answered(month: str) -> str:
    with transaction() as session:
        states = totals(session, Payment.batch_id.in_(select(Batch.id).where(Batch.month == month)))
    told = [
        f"{states[state]['count']:,} {state}"
        for state in ("paid", "rejected", "returned", "unknown")
        if state in states
    ]
    return f"{', '.join(told)}; {yuan(states.get('paid', {}).get('amount_fen', 0))} yuan paid"


def _plan(bank: SimulatedBank, last_month: str) -> None:
    """Arrange the fates of both months at once.

    After an interruption the later month's files may go out while the earlier month is told again;
    they must meet the fate they would have met.
    """
    with transaction() as session:
        earlier = choose_fates(session, str(Month.parse(last_month).previous))
        bank.plan({**earlier, **choose_fates(session, last_month)})


def _make(folder: Path, residents: int, month: Month, seed: int) -> None:
    done = folder / "complete"
    if not done.exists():
        make_county(folder, residents=residents, seed=seed, month=str(month))
        done.touch()
    with transaction() as session:
        appropriate_from(
            session, folder / "appropriations.csv", by=Actor(kind="department", id="财政")
        )
        divisions = (folder / "divisions.csv").read_bytes()
        import_divisions(session, divisions, by=Actor(kind="department", id="民政"))


def _import(folder: Path, month: Month) -> str:
    deliveries = import_folder(
        transaction, folder / str(month), by=Actor(kind="department", id="departments")
    )
    accepted = sum(one.rows_accepted for one in deliveries)
    rejected = sum(one.rows_rejected for one in deliveries)
    return f"{len(deliveries)} feeds, {accepted:,} rows, {rejected:,} rejected"


def _press(month: Month, staff: Staff, *, everything: bool) -> str:
    with transaction() as session:
        run = _finished(session, str(month))
        if run is None or everything:
            chosen = () if everything else _monthly()
            run = press(session, month, by=staff.maker.actor(), programmes=chosen)
    wait_for("month.freeze", "month.assess", "month.build")
    with transaction() as session:
        batches = queries.of_month(session, str(month))
        lines = sum(batch.comparison["this"]["count"] for batch in _last_of_each(batches))
    return f"{len(batches)} batches, {lines:,} lines"


def _last_of_each(batches: list[Any]) -> list[Any]:
    return list({batch.programme: batch for batch in batches if batch.kind == "regular"}.values())


def _monthly() -> tuple[str, ...]:
    return tuple(
        code for code, one in rules().programmes.items() if one.frequency.value in _MONTHLY_ONLY
    )


def _finished(session: Session, month: str) -> MonthRun | None:
    return session.scalars(
        select(MonthRun).where(MonthRun.month == month, MonthRun.stage == "built")
    ).first()


def _payments(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Payment)) or 0


def _close(stages: Stages, story: Story, before: int) -> dict[str, Any]:
    with stages.stage("enquiry", "A resident asks 居民查询") as stage:
        said = a_resident_asks(story.month)
        if said is not None and said.lines:
            story.answer, story.answer_zh = said.lines[0].sentence, said.lines[0].sentence_zh
            stage.said = story.answer_zh
    with stages.stage("audit", "The audit trail verifies 留痕校验") as stage:
        with transaction() as session:
            sequence(session)
        publish()
        with transaction() as session:
            story.new_payments = _payments(session) - before
            assessment = latest(session, story.month)
            deliveries = _deliveries(session, story)
            result = report(session, story, deliveries, assessment.counts if assessment else {})
        stage.said = f"{result['audit']['entries']:,} entries"
    result["seconds"] = {key: round(taken, 3) for key, taken in story.seconds.items()}
    return result


def _deliveries(session: Session, story: Story) -> list[Delivery]:
    """Return each feed's delivery of the month itself, corrections aside."""
    found: dict[str, Delivery] = {}
    for one in session.scalars(select(Delivery).order_by(Delivery.received_at)):
        if "更正" not in one.file_name and "账户核验_" + story.month not in one.file_name:
            found[one.feed] = one
    return list(found.values())
