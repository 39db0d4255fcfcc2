"""Pay a county's batches day after day while its workers are killed, and compare the books."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from time import monotonic, sleep
from typing import Any

from sqlalchemy import func, select, update

from service.audit.log.publish import publish
from service.audit.log.sequence import sequence
from service.audit.models import AuditEntry
from service.audit.verify import verify
from service.batches.models import Batch
from service.dispatch import queries
from service.dispatch.resolve import StillUnknown, release_resend
from service.foundation import clock
from service.foundation.jobs import Job
from service.ledger.queries import balances
from service.reconciliation.models import BankDay
from tests.chaos import points
from tests.chaos.parent import KINDS
from tests.chaos.workers import LIVES, Death, Deaths, Workers
from tests.factories.banks import USERS
from tests.factories.batches import PAY_DAY
from tests.factories.town import Town

SECONDS_MAX = 1200.0
DAYS_MAX = 60
FAULTS = ("drop_mid_write", "drop_after_rename", "consumed_at_once", "duplicate_reply")
GAVE_UP = {("dispatch.resolve", "still_unknown")}
"""Time runs fast here, so looking for a file nobody has may be given up: people decide then."""


ABSENCE = timedelta(seconds=2)
"""How long "seen nowhere" proves nothing at the tests' banks."""


@dataclass(frozen=True)
class Result:
    """What a run came to; amounts in fen."""

    kills: int
    where: dict[str, int]
    lost_between: int
    """How often a worker died between intent and outcome."""
    payments: int
    amount_fen: int
    lost: int
    doubled: int
    days: int
    entries: int
    problems: tuple[str, ...]

    def said(self) -> str:
        """Return the sentence that a run ends with."""
        books = "the bank's books are ours to the fen, the ledger balances, the audit log verifies"
        return (
            f"{self.kills} kills, {self.payments} payments, lost {self.lost}, double {self.doubled}; "
            + (f"NOT WELL: {'; '.join(self.problems)}" if self.problems else books)
            + f" ({self.amount_fen} fen, {self.days} bank days closed, {self.entries} audit entries)."
        )


@dataclass
class Killing:
    """One run: a town, its workers, and the draw that decides what dies where."""

    town: Town
    workers: Workers
    seed: int
    say: Callable[[str], None] = lambda _: None
    batches_a_day: int = 3
    kills_a_day: int = 60
    bank_dies_every_days: int = 0
    kills: int = 0
    day: date = PAY_DAY
    draw: random.Random = field(init=False)
    deaths: dict[str, Deaths] = field(init=False)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)
        self.deaths = {
            "send": Deaths(self.draw, points.SENDING),
            "read": Deaths(self.draw, points.COLLECTING),
            "close": Deaths(self.draw, points.CLOSING),
        }

    def run(self, kills: int) -> Result:
        """Kill so many workers, some at every point, finish what they left, and say what is found."""
        plan = {"shares": {"reject": 0.1, "return": 0.1}}
        self.town.open(**plan)
        self._warm_up()
        for number in count():
            arranged = [self._fault() for _ in range(self.draw.randint(0, 2))]
            self.town.replan(**plan, faults=arranged)
            if self.bank_dies_every_days and number % self.bank_dies_every_days == 1:
                self.town.bank.kill()
                self.town.bank.start()
            self._pay_a_day(number, until=self.kills + self.kills_a_day)
            self.say(f"{self.kills} kills, {number + 1} bank days, {len(self.town.files())} files")
            if self.kills >= kills and (number >= DAYS_MAX or all(self._where().values())):
                break
        # A day on which nothing is sent: what the bank still owes comes back.
        self._close_the_day(until=self.kills)
        return self._result()

    def _warm_up(self) -> None:
        """Pay one list in the parent itself, so that its workers have nothing to compile."""
        self.town.sign(lines=2, month="2025-12")
        self.workers.do("send")
        _until(lambda: len(self._have_something()) == len(USERS))
        for bank in USERS:
            self.workers.do("read", bank=bank)

    def _where(self) -> dict[str, int]:
        """Return how many died at each point."""
        where: Counter[str] = Counter()
        for one in self.deaths.values():
            where.update(one.at)
        return dict(where)

    def _fault(self) -> dict[str, Any]:
        return {"kind": self.draw.choice(FAULTS), "user": self.draw.choice(("iso", "ccb"))}

    def _pay_a_day(self, number: int, until: int) -> None:
        """Sign batches and kill whoever sends them or reads their answers, until all is answered."""
        for batch in range(self.batches_a_day):
            place = number * self.batches_a_day + batch
            month = f"{2026 + place // 12}-{place % 12 + 1:02d}"
            self.town.sign(lines=self.draw.randint(2, 5), month=month)

        def on() -> bool:
            self._forget_waiting()
            # The last fifth of a day's kills is kept for its statements and its close.
            deadly = self.kills < until - self.kills_a_day // 5
            if not self._all_with_the_banks():
                self._try("send", deadly=deadly)
                self._release_what_is_nowhere()
            for bank in self._have_something():
                self._try("read", deadly=deadly, bank=bank)
            return self.town.answered() and not self._have_something()

        _until(on)
        self._close_the_day(until)

    def _close_the_day(self, until: int) -> None:
        """Let the bank end its day, and kill whoever reads its statements or closes the day here."""
        self.town.bank.command(f"end-of-day-{self.day:%Y%m%d}")
        by = str(self.town.people.reconciler.id)

        def closed() -> bool:
            deadly = self.kills < until
            waiting = self._have_something()
            for bank in waiting:
                self._try("read", deadly=deadly, bank=bank)
            if not waiting:
                self._try("close", deadly=deadly, day=self.day.isoformat(), by=by)
            with self.town.committed.transaction() as session:
                days = select(func.count()).where(BankDay.day == self.day)
                return session.scalar(days) == 2

        _until(closed)
        self.day += timedelta(days=1)

    def _try(self, act: str, *, deadly: bool, **given: str) -> None:
        """Let one or two workers do it, to die where the draw says."""
        deaths: list[Death] = [LIVES]
        if deadly:
            deaths = [self.deaths[act].one() for _ in range(1 + (self.draw.random() < 0.25))]
        for death, killed in zip(deaths, self.workers.die(act, *deaths, **given), strict=True):
            self.deaths[act].seen(death, killed=killed)
            self.kills += killed

    def _all_with_the_banks(self) -> bool:
        """Tell whether nothing is left to send or to look for."""
        return all(file.state in {"delivered", "answered"} for file in self.town.files())

    def _have_something(self) -> list[str]:
        """Return the banks that laid out a file which still lies there."""
        return [
            code
            for code in USERS
            for folder in ("outbox", "statements")
            if any(
                not path.name.startswith(".") and path.suffix != ".ok"
                for path in (self.town.bank.state / USERS[code] / folder).iterdir()
            )
        ]

    def _forget_waiting(self) -> None:
        """Let time pass and forget tries: workers here are killed more often than any job is tried."""
        with self.town.committed.transaction() as session:
            waiting = update(Job).where(Job.state == "queued", Job.kind.in_(KINDS))
            session.execute(waiting.values(attempts=0, run_after=Job.created_at))

    def _release_what_is_nowhere(self) -> None:
        """Two officers look at everything unknown and let what is nowhere be sent again."""
        people, before = self.town.people, clock.now() - ABSENCE
        for file in self.town.files():
            if file.state != "unknown" or file.intent_at is None or file.intent_at > before:
                continue
            with self.town.committed.transaction() as session:
                one = queries.locked(session, file.id)
                if one.state != "unknown":
                    continue
                try:
                    release_resend(
                        session, one, by=people.signer, and_by=people.reconciler, reason="nowhere"
                    )
                except StillUnknown:
                    continue

    def _result(self) -> Result:
        referee = self.town.bank.referee()
        ours = {one.reference: (one.state, one.amount_fen) for one in self.town.payments()}
        theirs = {
            one["reference"]: (one["state"], one["amount_fen"]) for one in referee["payments"]
        }
        doubled = len(referee["paid_more_than_once"])
        return Result(
            kills=self.kills,
            where=self._where(),
            lost_between=self._lost_between(),
            payments=len(ours),
            amount_fen=sum(fen for _, fen in ours.values()),
            lost=len(ours.keys() ^ theirs.keys()),
            doubled=doubled,
            days=(self.day - PAY_DAY).days,
            entries=self._entries(),
            problems=tuple(self._problems(ours, theirs, referee)),
        )

    def _problems(self, ours: Any, theirs: Any, referee: dict[str, Any]) -> list[str]:
        """Return a sentence for everything that is not as it must be."""
        found = []
        differ = sorted(key for key in ours.keys() & theirs.keys() if ours[key] != theirs[key])
        if differ or ours.keys() ^ theirs.keys():
            found.append(f"the books differ in {len(differ)} payments")
        with self.town.committed.transaction() as session:
            found += _wrong_balances(balances(session), referee)
            left = set(session.scalars(select(Batch.state))) - {"answered"}
            failed = session.execute(
                select(Job.kind, Job.error_code).where(Job.kind.in_(KINDS), Job.state == "failed")
            )
            found += [
                f"{kind} gave up: {code}"
                for kind, code in failed.all()
                if (kind, code) not in GAVE_UP
            ]
            verdict = verify(session)
        if left:
            found.append(f"batches are still {', '.join(sorted(left))}")
        if not verdict.verified:
            found.append(verdict.sentence)
        return found

    def _entries(self) -> int:
        """Give every entry of the audit trail its place; return how many there are."""
        with self.town.committed.transaction() as session:
            sequence(session)
        publish(self.town.committed.transaction)
        with self.town.committed.transaction() as session:
            return verify(session).entries

    def _lost_between(self) -> int:
        with self.town.committed.transaction() as session:
            lost = select(func.count(AuditEntry.id)).where(
                AuditEntry.act == "bank_file.unknown",
                func.convert_from(AuditEntry.canonical, "UTF8").contains("worker_lost"),
            )
            return session.scalar(lost) or 0


def _until(condition: Callable[[], bool]) -> None:
    """Go on until something is so: only a bound, for a machine however busy."""
    deadline = monotonic() + SECONDS_MAX
    while not condition():
        assert monotonic() < deadline, "one bank day did not come to its end"
        sleep(0.02)


def _wrong_balances(found: dict[str, int], referee: dict[str, Any]) -> list[str]:
    wrong = []
    if sum(found.values()):
        wrong.append("the ledger does not balance")
    if any(fen for code, fen in found.items() if code.startswith("in_transit")):
        wrong.append("money is in transit that no bank has")
    if any(fen for code, fen in found.items() if code.startswith("unidentified")):
        wrong.append("money came that nobody can name")
    for one in referee["accounts"]:
        channel = {"iso": "rural", "ccb": "ccb"}[one["bank"]]
        if found[f"bank_cash:{channel}"] != one["balance_fen"]:
            wrong.append(f"our account at {channel} is not the bank's")
    return wrong
