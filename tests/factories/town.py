"""A county with two real (simulated) banks in a database whose commits stay."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from bank_adapters.simulator.believed import Difference, compare
from service.batches.models import Batch, Payment
from service.dispatch.models import BankFile
from service.foundation import clock, jobs
from service.foundation.jobs import Job
from service.ledger.models import BankChannel
from service.ledger.queries import channels
from service.reconciliation.close_day import close_day
from service.reconciliation.collect import BankSilent, collect
from service.reconciliation.models import BankDay, BankStatement
from tests.bank_adapters.banks import RunningBank, wait_until
from tests.factories.banks import believed, fates, plan, register
from tests.factories.batches import PAY_DAY, county_batch, signed
from tests.factories.officers import Staff, staff
from tests.foundation.committed import Committed

SENDING = ("dispatch.begin", "dispatch.hand_over")


@dataclass
class Town:
    """What a test of sending or answering works with; every method commits."""

    committed: Committed
    bank: RunningBank
    people: Staff = field(init=False)
    plans: Iterator[int] = field(default_factory=count)

    def open(self, **changes: Any) -> "Town":
        """Start the bank with a plan, register its channels and hire everyone."""
        self.bank.arrange(plan(**changes))
        self.bank.start()
        with self.committed.transaction() as session:
            self.people = staff()
            register(self.bank)
            for one in self.everyone:
                session.expunge(one)
        return self

    @property
    def everyone(self) -> tuple[Any, ...]:
        return self.people.maker, self.people.reviewer, self.people.signer, self.people.reconciler

    def sign(self, lines: int = 4, month: str = "2026-10", programme: str = "MZ15") -> UUID:
        """Build, approve and sign a batch over both banks; return its id."""
        with self.committed.transaction() as session:
            batch = county_batch(session, lines, month=month, programme=programme)
            signed(session, batch, self.people)
            return batch.id

    def replan(self, **changes: Any) -> None:
        """Give the running bank another plan and wait until it is adopted."""
        content = json.dumps(plan(**changes)).encode()
        self.bank.command(f"plan-{next(self.plans)}.json", content)

    def fate(self, *chosen: tuple[list[Payment], dict[str, Any]], **changes: Any) -> None:
        """Decide what the bank does with some payments."""
        accounts: dict[str, dict[str, Any]] = {}
        with self.committed.transaction() as session:
            for payments, fate in chosen:
                accounts |= fates(payments, session, **fate)
        self.replan(accounts=accounts, **changes)

    def send(self) -> None:
        """Let the jobs that are due send what is signed, once."""
        jobs.drain(kinds=SENDING)

    def wait_for_retries(self) -> None:
        """Let the time pass until every waiting job is due again."""
        with self.committed.transaction() as session:
            session.execute(update(Job).where(Job.state == "queued").values(run_after=clock.now()))

    def resolve(self) -> None:
        """Look at the bank's side for everything unknown, once more."""
        self.wait_for_retries()
        jobs.drain(kinds=("dispatch.resolve",))

    def files(self, code: str = "") -> list[BankFile]:
        """Return the bank files as they are now, of one channel if named."""
        with self.committed.transaction() as session:
            # With their bytes: who asks looks at them after the transaction is over.
            query = (
                select(BankFile)
                .options(undefer(BankFile.content_sealed))
                .order_by(BankFile.file_reference)
            )
            if code:
                query = query.join(BankChannel).where(BankChannel.code == code)
            return list(session.scalars(query))

    def file(self, code: str = "rural") -> BankFile:
        """Return the one file of a channel."""
        (only,) = self.files(code)
        return only

    def payments(self, code: str = "") -> list[Payment]:
        """Return the payments as they are now, of one channel if named."""
        with self.committed.transaction() as session:
            query = select(Payment).order_by(Payment.id)
            if code:
                query = query.join(BankChannel, BankChannel.id == Payment.channel_id).where(
                    BankChannel.code == code
                )
            return list(session.scalars(query))

    def batch(self) -> Batch:
        """Return the only batch."""
        with self.committed.transaction() as session:
            return session.scalars(select(Batch)).one()

    def collect(self) -> int:
        """Read what both banks have laid out; return how many files were new."""
        return collect("ccb") + collect("rural")

    def collect_until(self, done: Callable[[], bool]) -> None:
        """Read what the banks lay out until something is so; a silent bank is asked again."""

        def look() -> bool:
            with suppress(BankSilent):
                self.collect()
            return done()

        wait_until(look)

    def answered(self) -> bool:
        """Tell whether every file is answered."""
        return all(file.state == "answered" for file in self.files())

    def all_answered(self) -> bool:
        """Tell whether every file is answered, but those that never go."""
        return {file.state for file in self.files()} <= {"answered", "withdrawn"}

    def end_of_day(self, day: date = PAY_DAY) -> None:
        """Let the bank close a day and read the statements it lays out."""
        self.bank.command(f"end-of-day-{day:%Y%m%d}")

        def stated() -> bool:
            with self.committed.transaction() as session:
                found = session.scalars(
                    select(BankStatement.channel_id).where(BankStatement.booked_on == day)
                )
                return len(set(found)) == 2

        self.collect_until(stated)

    def differences(self) -> list[Difference]:
        """Return everything on which our books and the bank's do not agree, waiting left out."""
        with self.committed.transaction() as session:
            view = self.bank.referee()
            return [one for one in compare(view, believed(session)) if one.wrong]

    def close(self, day: date = PAY_DAY) -> list[BankDay]:
        """Close both banks' day here."""
        with self.committed.transaction() as session:
            return [
                close_day(session, channel, day, by=self.people.reconciler)
                for channel in channels(session)
            ]

    def settle(self) -> None:
        """Give the bank time to notice files that were left in its inbox."""
        time.sleep(0.4)
