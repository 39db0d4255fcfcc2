"""A county's bank days as a seed decides them: everything that acts, its order, its crashes, its clock.

One process, no sockets, no waiting. Dispatchers, readers, officers and the bank act in an order drawn
from the seed; between any two steps of one of them the world may break its line, let others act in the
middle of it, or end it, with its transaction, as kill -9 would. After each act the invariants are
looked at. The same seed does the same again.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

from sqlalchemy import Engine, event, func, select

from bank_adapters.simulator.bank import Bank
from bank_adapters.simulator.books import referee
from bank_adapters.simulator.days import close_day as bank_ends_day
from bank_adapters.transport.session import Silence
from service.audit.log.sequence import sequence
from service.audit.verify import verify
from service.batches.models import Batch, Payment
from service.dispatch import hand_over as sending
from service.dispatch import queries, renew
from service.dispatch.models import BankFile
from service.dispatch.resolve import StillUnknown, release_resend
from service.foundation import clock, database, jobs
from service.foundation.jobs import Job
from service.ledger.queries import balances, channels
from service.reconciliation.close_day import DayNotClosable, close_day
from service.reconciliation.collect import BankSilent, collect
from service.reconciliation.models import BankDay
from tests.chaos.line import lines
from tests.chaos.parent import KINDS
from tests.factories import batches as made
from tests.factories.banks import USERS, plan, register
from tests.factories.batches import PAY_DAY, county_batch, signed
from tests.factories.officers import Staff, staff
from tests.foundation.committed import Committed

BEGINS = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
DAYS, ACTS_A_DAY, ACTS_MAX = 2, 30, 600
CRASH, CRASH_STATEMENT, BREAK, NEST = 0.04, 0.01, 0.03, 0.12
"""How probable each is: at a step of a line a crash, at a statement one, a broken line, others acting."""


class Crash(BaseException):
    """The process ends here. No handler of ours catches it, as none would run."""


class Broken(AssertionError):
    """An invariant does not hold."""


@dataclass
class Where:
    """What `register` needs of a bank: nobody listens there."""

    where: dict[str, Any] = field(
        default_factory=lambda: {
            "host": "127.0.0.1", "port": 1, "host_key": "ssh-ed25519 AAAA",
            "users": dict.fromkeys(USERS.values(), "none"),
        }
    )  # fmt: skip


@dataclass
class Simulation:
    """One seed's county."""

    committed: Committed
    folder: Path
    seed: int
    happened: Counter[str] = field(default_factory=Counter)
    trace: list[str] = field(default_factory=list)
    now: datetime = BEGINS
    day: date = PAY_DAY
    troubled: bool = False
    depth: int = 0
    nestable: bool = True
    seen: list[tuple[str, str, bytes]] = field(default_factory=list)

    def run(self) -> Counter[str]:
        """Live through the days; return how often what happened. Raises Broken with the seed."""
        self.draw = random.Random(self.seed)
        self.bank = Bank(self.folder / "bank", self.seed)
        self.bank.books.connection.execute("PRAGMA synchronous = OFF")
        self.bank.adopt_plan(_plan())
        try:
            with self._world():
                self.people = self._open()
                for number in range(DAYS):
                    self._live_a_day(PAY_DAY + timedelta(days=number), number)
                self._require_the_same_books()
        except Exception as error:
            told = "\n".join(self.trace[-40:])
            raise Broken(f"seed {self.seed}: {error}\nlast acts:\n{told}") from error
        finally:
            self.bank.books.close()
        return self.happened

    @contextmanager
    def _world(self) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(mock.patch.object(clock, "now", self._now))
            # The database keeps the machine's time.
            for jobs_of in (sending, renew):
                stack.enter_context(mock.patch.object(jobs_of, "require_same_clock"))
            stack.enter_context(mock.patch.object(made, "_cards", count(500_000)))
            stack.enter_context(lines(self.bank.state, self._moment, self._hidden))
            event.listen(Engine, "before_cursor_execute", self._statement)
            stack.callback(event.remove, Engine, "before_cursor_execute", self._statement)
            yield

    def _open(self) -> Staff:
        with self.committed.transaction() as session:
            people = staff()
            register(Where())  # type: ignore[arg-type]
            session.flush()
            for one in (people.maker, people.reviewer, people.signer, people.reconciler):
                session.expunge(one)
        return people

    def _now(self) -> datetime:
        return self.now

    # What the world does to whoever acts.

    def _moment(self, user: str, step: str) -> None:
        if not self.troubled:
            return
        drawn = self.draw.random()
        if drawn < CRASH:
            self._note(f"crash {step} ({user})")
            raise Crash(step)
        if drawn < CRASH + BREAK:
            self._note(f"line breaks {step} ({user})")
            raise Silence(step.split()[1], "connection_lost")
        if drawn < CRASH + BREAK + NEST and self.depth < 2 and self.nestable:
            self._note(f"meanwhile, {step} ({user})")
            self._act()

    def _statement(self, *_said: object) -> None:
        if self.troubled and self.depth and self.draw.random() < CRASH_STATEMENT:
            self._note("crash at a statement")
            raise Crash("statement")

    def _hidden(self, _user: str, _name: str) -> bool:
        """A bank shows its files late, and not in the order in which they were made."""
        return self.troubled and self.draw.random() < 0.3

    # Who acts.

    def _act(self) -> None:
        """Let somebody drawn do something; who crashes is gone, and what was not committed with it."""
        acts: dict[Callable[[], None], int] = {
            self._dispatch: 5, self._read: 5, self._bank_takes: 4, self._bank_lays_out: 4,
            self._officers_release: 2, self._wait: 2, self._bank_repeats: 1,
        }  # fmt: skip
        (act,) = self.draw.choices(list(acts), weights=list(acts.values()))
        self._do(act)

    def _do(self, act: Callable[[], None]) -> None:
        name = act.__name__.strip("_")
        self._note(f"{'  ' * self.depth}{name}")
        self.now += timedelta(seconds=self.draw.randint(0, 20))
        before, self.nestable = self.nestable, act != self._officers_release
        self.depth += 1
        try:
            act()
        except Crash:
            self.happened["crashes"] += 1
        finally:
            self.depth -= 1
            self.nestable = before

    def _dispatch(self) -> None:
        jobs.drain(kinds=KINDS[:2])
        # Whoever looks holds the file meanwhile: nobody acts in the middle of that.
        self.nestable = False
        jobs.drain(kinds=KINDS[2:])

    def _read(self) -> None:
        with suppress(BankSilent):
            collect(self.draw.choice(sorted(USERS)))

    def _bank_takes(self) -> None:
        waiting = [
            (user, path)
            for user in sorted(USERS.values())
            for path in sorted((self.bank.state / user / "inbox").iterdir())
            if path.suffix != ".part"
        ]
        if waiting:
            self.bank.process(*self.draw.choice(waiting))

    def _bank_lays_out(self) -> None:
        self.bank.lay_out()
        for user in sorted(USERS.values()):
            for path in sorted((self.bank.state / user / "outbox").iterdir()):
                if path.suffix not in {".ok", ".tmp"}:
                    self.seen.append((user, path.name, path.read_bytes()))

    def _bank_repeats(self) -> None:
        """Send an answer again that was sent before, under another name."""
        if self.seen:
            user, name, content = self.draw.choice(self.seen)
            outbox = self.bank.state / user / "outbox"
            stem, _, ending = name.partition(".")
            again = outbox / f"{stem}.again{len(self.trace)}.{ending}"
            again.write_bytes(content)
            again.with_name(again.name + ".ok").write_bytes(b"")

    def _officers_release(self) -> None:
        with self.committed.transaction() as session:
            unknown = session.scalars(
                select(BankFile.id)
                .where(BankFile.state == "unknown")
                .order_by(BankFile.file_reference)
            ).all()
        for file_id in unknown:
            with suppress(StillUnknown, ConnectionError), self.committed.transaction() as session:
                file = queries.locked(session, file_id)
                if file.state == "unknown":
                    release_resend(
                        session, file, by=self.people.signer, and_by=self.people.reconciler,
                        reason="nowhere",
                    )  # fmt: skip

    def _wait(self) -> None:
        self.now += timedelta(seconds=self.draw.choice((1, 30, 400)))

    # A day.

    def _live_a_day(self, day: date, number: int) -> None:
        self.day = day
        self._sign(number)
        self.troubled = True
        for _ in range(ACTS_A_DAY):
            self._act()
            self._look()
        self.troubled = False
        self._until(self._answered, self._dispatch, self._wait, self._officers_release,
                    self._bank_takes, self._bank_lays_out, self._read)  # fmt: skip
        bank_ends_day(self.bank, day)
        self.bank.lay_out()
        self.troubled = True
        for _ in range(6):
            self._do(self._read)
            self._do(self._close_here)
            self._look()
        self.troubled = False
        self._until(self._closed, self._read, self._close_here)

    def _sign(self, number: int) -> None:
        with self.committed.transaction() as session:
            for one in range(2):
                month = f"2026-{10 - number * 2 - one:02d}"
                batch = county_batch(session, self.draw.randint(2, 4), month=month)
                signed(session, batch, self.people)

    def _close_here(self) -> None:
        with suppress(DayNotClosable), self.committed.transaction() as session:
            for channel in channels(session):
                close_day(session, channel, self.day, by=self.people.reconciler)

    def _closed(self) -> bool:
        with self.committed.transaction() as session:
            return session.scalar(select(func.count()).where(BankDay.day == self.day)) == len(USERS)

    def _answered(self) -> bool:
        with self.committed.transaction() as session:
            return set(session.scalars(select(BankFile.state))) == {"answered"}

    def _until(self, so: Callable[[], bool], *acts: Callable[[], None]) -> None:
        for _ in range(ACTS_MAX):
            if so():
                return
            for act in acts:
                self._do(act)
            self._look()
        raise Broken("it never came to its end")

    # What must be so after every act.

    def _look(self) -> None:
        theirs = self._theirs()
        with self.committed.transaction() as session:
            found = balances(session)
            _require(not sum(found.values()), "the ledger does not balance")
            for batch in session.scalars(select(Batch)):
                lines = session.execute(
                    select(func.count(), func.sum(Payment.amount_fen)).where(
                        Payment.batch_id == batch.id
                    )
                ).one()
                _require(tuple(lines) == (batch.frozen_count, batch.frozen_fen), "a line is gone")
            ours = session.scalars(select(Payment)).all()
        for one in ours:
            known = theirs.get(one.reference)
            if one.state in {"paid", "rejected", "returned"}:
                _require(known is not None, f"{one.state}, which the bank does not know")
            if known is not None:
                _require(known[1] == one.amount_fen, "another amount than the bank's")
                _require(one.state not in {"ready", "held"}, "paid by the bank before it was sent")
                wrong = {
                    "paid": {"rejected"},
                    "rejected": {"paid", "returned"},
                    "returned": {"rejected"},
                }
                _require(one.state not in wrong[known[0]], f"{one.state}, at the bank {known[0]}")
        self.happened["looks"] += 1

    def _theirs(self) -> dict[str, tuple[str, int]]:
        view = referee(self.bank.state)
        _require(not view["paid_more_than_once"], "the bank paid twice")
        return {one["reference"]: (one["state"], one["amount_fen"]) for one in view["payments"]}

    def _require_the_same_books(self) -> None:
        theirs = self._theirs()
        with self.committed.transaction() as session:
            ours = {
                one.reference: (one.state, one.amount_fen)
                for one in session.scalars(select(Payment))
            }
            _require(ours == theirs, "the books differ")
            left = {code for code, fen in balances(session).items() if "in_transit" in code and fen}
            _require(not left, f"money is left in {left}")
            failed = session.scalars(
                select(Job.kind).where(Job.state == "failed", Job.kind.in_(KINDS[:2]))
            ).all()
            _require(not failed, f"{failed} gave up")
            sequence(session)
            verdict = verify(session)
            _require(verdict.verified, verdict.sentence)
        self.happened["payments"] += len(ours)

    def _note(self, what: str) -> None:
        self.trace.append(f"{self.now:%H:%M:%S} {what}")
        self.happened[what.split(" (", maxsplit=1)[0].strip()] += 1


def _require(so: bool, otherwise: str) -> None:
    if not so:
        raise Broken(otherwise)


def _plan() -> str:
    return json.dumps(plan(pickup_seconds=0, shares={"reject": 0.15, "return": 0.15}))


assert database
