"""The bank at work: take files from inboxes, pay them once, owe answers, lay them out.

What is decided and what is owed is written in one transaction; moving and laying out files comes
after and is repeated until done, so a kill at any moment changes nothing that was decided.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

from bank_adapters.simulator.answers import owe_answers, owe_refusal
from bank_adapters.simulator.books import Books
from bank_adapters.simulator.orders import Order, OrderRefused, read_order
from bank_adapters.simulator.plan import Decision, Plan, PlanRefused, read_plan
from bank_adapters.simulator.replies import Answered

USERS = ("iso", "ccb")
FOLDERS = ("inbox", "archive", "outbox", "statements", "control")
UNFINISHED = (".part", ".tmp")


class Bank:
    """Two channels over one set of books."""

    def __init__(self, state: Path, seed: int) -> None:
        self.state = state
        self.seed = seed
        for user in USERS:
            for folder in FOLDERS:
                (state / user / folder).mkdir(parents=True, exist_ok=True)
        self.books = Books(state)
        self.plan = Plan()
        self.first_seen: dict[Path, float] = {}
        if self.books.meta("plan"):
            self.plan = read_plan(self.books.meta("plan"))
        self.reload_plan()
        self._recover()

    def reload_plan(self) -> None:
        """Take over `plan.json` when it changed; one that cannot be read changes nothing."""
        path = self.state / "plan.json"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        digest = hashlib.sha256(text.encode()).hexdigest()
        if not text or digest == self.books.meta("plan_file"):
            return
        self.books.remember("plan_file", digest)
        try:
            self.adopt_plan(text)
        except PlanRefused as refused:
            (self.state / "plan.json.refused").write_text(str(refused), encoding="utf-8")

    def adopt_plan(self, text: str) -> None:
        """Replace the plan, arranged faults included. Raises PlanRefused."""
        plan = read_plan(text)
        with self.books.transaction() as books:
            self.books.remember("plan", text)
            books.execute("DELETE FROM fault")
            books.executemany(
                "INSERT INTO fault (kind, user, remaining) VALUES (?, ?, ?)",
                [(one.kind, one.user, one.times) for one in plan.faults],
            )
        self.plan = plan

    def take_inbox(self) -> None:
        """Process every file that has lain long enough to be complete."""
        now = time.monotonic()
        for user in USERS:
            # Not iterdir: a folder an operator has moved away is no reason to die.
            for path in sorted((self.state / user / "inbox").glob("*")):
                if path.name.endswith(UNFINISHED) or path.name.startswith("."):
                    continue
                seen = self.first_seen.setdefault(path, now)
                if now - seen >= self.plan.pickup_seconds:
                    self.process(user, path)

    def process(self, user: str, path: Path) -> None:
        """Decide about one file, then archive it. Repeating it after a kill changes nothing."""
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        begun = self.books.rows(
            "SELECT id FROM file WHERE bank = ? AND name = ? AND sha256 = ? AND archived = 0",
            user,
            path.name,
            digest,
        )
        if not begun:
            self._decide(user, path.name, content, digest)
        self._archive(user, path)
        self.books.connection.execute(
            "UPDATE file SET archived = 1 WHERE bank = ? AND name = ? AND sha256 = ?",
            (user, path.name, digest),
        )
        self.first_seen.pop(path, None)

    def lay_out(self) -> None:
        """Put every answer that is due into its folder, whole and then marked."""
        due = self.books.rows(
            "SELECT id, bank, path, content FROM answer WHERE laid_out = 0 AND due_at <= ?",
            time.time(),
        )
        for answer in due:
            target = self.state / answer["bank"] / answer["path"]
            _write_whole(target, answer["content"])
            _write_whole(target.with_name(target.name + ".ok"), b"")
            self.books.connection.execute(
                "UPDATE answer SET laid_out = 1 WHERE id = ?", (answer["id"],)
            )

    def due_at(self) -> float:
        """Return when an answer decided now is to be laid out."""
        return time.time() + self.plan.answer_seconds

    def _recover(self) -> None:
        # Killed between moving a file and noting it: a file no longer in the inbox was moved.
        for row in self.books.rows("SELECT id, bank, name FROM file WHERE archived = 0"):
            path = self.state / row["bank"] / "inbox" / row["name"]
            if not path.exists():
                self.books.connection.execute(
                    "UPDATE file SET archived = 1 WHERE id = ?", (row["id"],)
                )

    def _decide(self, user: str, name: str, content: bytes, digest: str) -> None:
        stem = name.rpartition(".")[0] or name
        with self.books.transaction():
            try:
                order = read_order(user, content)
                self._refuse_repeated(user, order)
                answered = [
                    Answered(serial, line, self._decision(user, line.reference, line.account_no))
                    for serial, line in enumerate(order.lines, start=1)
                ]
                debited_fen = sum(one.line.amount_fen for one in answered if not one.rejected)
                if debited_fen > self._open_account(user, order.debtor_account):
                    raise OrderRefused("AM04", order.file_reference)
            except OrderRefused as refused:
                self._note_refused(user, name, digest, refused)
                owe_refusal(self.books, self.due_at(), user, stem, content, refused)
            else:
                self._book(user, name, digest, order, answered, debited_fen)
                owe_answers(self.books, self.due_at(), user, stem, order, answered)

    def _refuse_repeated(self, user: str, order: Order) -> None:
        if self.books.rows(
            "SELECT 1 FROM file WHERE bank = ? AND file_reference = ? AND file_reference <> ''",
            user,
            order.file_reference,
        ):
            raise OrderRefused("DU01", order.file_reference)

    def _decision(self, user: str, reference: str, account_no: str) -> Decision:
        return self.plan.decide(self.seed, user, reference, account_no)

    def _open_account(self, user: str, account_no: str) -> int:
        opening = self.plan.debit_accounts.get(user, {}).get(
            account_no, self.plan.opening_balance_fen
        )
        self.books.connection.execute(
            "INSERT INTO account (bank, account_no, balance_fen, statement_fen)"
            " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (user, account_no, opening, opening),
        )
        rows = self.books.rows(
            "SELECT balance_fen FROM account WHERE bank = ? AND account_no = ?", user, account_no
        )
        return int(rows[0]["balance_fen"])

    def _note_refused(self, user: str, name: str, digest: str, refused: OrderRefused) -> None:
        self.books.connection.execute(
            "INSERT INTO file (bank, name, sha256, file_reference, debtor_account, count,"
            " amount_fen, debited_fen, refused_code) VALUES (?, ?, ?, ?, '', 0, 0, 0, ?)",
            (user, name, digest, refused.file_reference, refused.code),
        )

    def _book(
        self,
        user: str,
        name: str,
        digest: str,
        order: Order,
        answered: Sequence[Answered],
        debited_fen: int,
    ) -> None:
        inserted = self.books.connection.execute(
            "INSERT INTO file (bank, name, sha256, file_reference, debtor_account, count,"
            " amount_fen, debited_fen, refused_code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '')",
            (
                user,
                name,
                digest,
                order.file_reference,
                order.debtor_account,
                sum(not one.rejected for one in answered),
                order.amount_fen,
                debited_fen,
            ),
        )
        self.books.connection.executemany(
            "INSERT INTO payment (file_id, serial, reference, account_no, amount_fen, deed, code,"
            " after_days) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [_payment_row(inserted.lastrowid or 0, one) for one in answered],
        )
        self.books.connection.execute(
            "UPDATE account SET balance_fen = balance_fen - ? WHERE bank = ? AND account_no = ?",
            (debited_fen, user, order.debtor_account),
        )

    def _archive(self, user: str, path: Path) -> None:
        if not path.exists():
            return
        target = self.state / user / "archive" / path.name
        repeat = 1
        while target.exists():
            repeat += 1
            target = target.with_name(f"{path.name}.{repeat}")
        path.replace(target)


def _payment_row(file_id: int, one: Answered) -> tuple[object, ...]:
    return (
        file_id,
        one.serial,
        one.line.reference,
        one.line.account_no,
        one.line.amount_fen,
        one.decision.deed.value,
        one.decision.code,
        one.decision.after_days,
    )


def _write_whole(target: Path, content: bytes) -> None:
    unfinished = target.with_name(f".{target.name}.tmp")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)
