"""The bank at work: take files from inboxes, pay them once, owe answers, lay them out.

What is decided and what is owed is written in one transaction; moving and laying out files comes
after and is repeated until done, so a kill at any moment changes nothing that was decided.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bank_adapters.simulator.answers import Counter, owe_answers, owe_refusal
from bank_adapters.simulator.books import Books
from bank_adapters.simulator.customers import DIRECT, Customer, customers
from bank_adapters.simulator.fates import Decision, Deed
from bank_adapters.simulator.orders.order import Order, OrderRefused
from bank_adapters.simulator.orders.read import read_order
from bank_adapters.simulator.plan import Plan, PlanRefused, read_plan
from bank_adapters.simulator.recalls import RECALL, is_request, take_request
from bank_adapters.simulator.replies.answer import Answered

FOLDERS = ("inbox", "archive", "outbox", "statements", "control")
UNFINISHED = (".part", ".tmp")
LOST = "LOST"


class Bank:
    """Every customer's channel over one set of books; `written` names customers to be kept."""

    def __init__(self, state: Path, seed: int, written: Sequence[str] = ()) -> None:
        self.state = state
        self.seed = seed
        state.mkdir(parents=True, exist_ok=True)
        self.books = Books(state)
        self.customers = self._customers(written)
        for user in self.customers:
            for folder in FOLDERS:
                (state / user / folder).mkdir(parents=True, exist_ok=True)
        for user in DIRECT:
            (state / user / "statements").mkdir(parents=True, exist_ok=True)
        self.plan = Plan()
        self.first_seen: dict[Path, float] = {}
        if self.books.meta("plan"):
            self.plan = read_plan(self.books.meta("plan"))
        self.reload_plan()
        self._recover()

    def _customers(self, written: Sequence[str]) -> dict[str, Customer]:
        # A bank that was killed comes back with the customers it had.
        kept = json.loads(self.books.meta("customers") or "[]")
        found = customers([*kept, *written])
        self.books.remember("customers", json.dumps([one.written for one in found.values()]))
        return found

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

    def adopt_plan(self, text: str, *, keep_faults: bool = False) -> None:
        """Replace the plan, arranged faults included unless they are kept. Raises PlanRefused."""
        plan = read_plan(text)
        with self.books.transaction() as books:
            self.books.remember("plan", text)
            if not keep_faults:
                books.execute("DELETE FROM fault")
            for one in plan.faults:
                self.books.arrange(one.kind, one.user, one.times, one.options)
        self.plan = plan

    def take_inbox(self) -> None:
        """Process every file that has lain long enough to be complete."""
        now = time.monotonic()
        for user in self.customers:
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
            "SELECT id, bank, path, content FROM answer"
            " WHERE laid_out = 0 AND closings = 0 AND due_at <= ? ORDER BY id",
            time.time(),
        )
        for answer in due:
            target = self.state / answer["bank"] / answer["path"]
            write_whole(target, answer["content"])
            write_whole(target.with_name(target.name + ".ok"), b"")
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
        """Decide about one file and book it, all in one transaction."""
        customer = self.customers[user]
        stem = name.rpartition(".")[0] or name
        counter = Counter(self.books, customer, self.due_at(), stem)
        with self.books.transaction():
            order = None
            if customer.table is None and is_request(content):
                self._recall(counter, name, content, digest)
                return
            try:
                order = self._read(customer, stem, content)
                self._refuse_repeated(user, order)
                self._refuse_arranged(counter, order)
                answered = self._answered(counter, order)
            except OrderRefused as refused:
                self._note_refused(user, name, digest, refused)
                if refused.code != LOST:
                    number = int(self.books.rows("SELECT count(*) AS n FROM file")[0]["n"])
                    owe_refusal(counter, order, refused, number)
            else:
                self._book(user, name, digest, order, answered)
                owe_answers(counter, order, answered)

    def _recall(self, counter: Counter, name: str, content: bytes, digest: str) -> None:
        """Take a request not to execute; the same bytes again ask for nothing more."""
        user = counter.customer.user
        try:
            if not self.books.rows(
                "SELECT 1 FROM file WHERE bank = ? AND sha256 = ? AND refused_code = ?",
                user,
                digest,
                RECALL,
            ):
                take_request(counter, content)
            noted = OrderRefused(RECALL)
        except OrderRefused as refused:
            noted = refused
        self._note_refused(user, name, digest, noted)

    def take_order(self, user: str, order: Order, content: bytes) -> str:
        """Decide about an order handed in at the HTTPS door; return why it is refused, "" if it is not.

        A refused one leaves nothing behind. What became of an accepted one is told from when its
        hidden answer is due.
        """
        digest = hashlib.sha256(content).hexdigest()
        counter = Counter(self.books, DIRECT[user], self.due_at(), order.file_reference)
        with self.books.transaction():
            try:
                self._refuse_repeated(user, order)
                self._refuse_arranged(counter, order)
                answered = self._answered(counter, order)
            except OrderRefused as refused:
                return "" if refused.code == LOST else refused.code
            self._book(user, order.file_reference, digest, order, answered)
            path = f"answers/{order.file_reference}"
            counter.owe(b"", path=path, kept_for=order.file_reference, hidden=True)
        return ""

    def _read(self, customer: Customer, stem: str, content: bytes) -> Order:
        order = read_order(customer, stem, content)
        if order.debtor_account:
            return order
        return replace(order, debtor_account=self.plan.default_account(customer.user))

    def _answered(self, counter: Counter, order: Order) -> list[Answered]:
        """Return what becomes of each payment. Raises OrderRefused if there is no money for it."""
        user = counter.customer.user
        answered = [
            Answered(serial, line, self._decision(user, order, line.reference, line.account_no))
            for serial, line in enumerate(order.lines, start=1)
        ]
        balance_fen = self.open_account(user, order.debtor_account)
        if _debited_fen(answered) <= balance_fen:
            return answered
        if counter.taken("pays_what_it_can") is None:
            raise OrderRefused("AM04", order.file_reference)
        return _as_far_as(answered, balance_fen)

    def _refuse_arranged(self, counter: Counter, order: Order) -> None:
        if counter.taken("lost_order") is not None:
            raise OrderRefused(LOST, "")
        refused = counter.taken("refused_order")
        if refused is not None:
            raise OrderRefused(str(refused.get("code", "MS03")), order.file_reference)

    def _refuse_repeated(self, user: str, order: Order) -> None:
        if self.books.rows(
            "SELECT 1 FROM file WHERE bank = ? AND file_reference = ? AND file_reference <> ''",
            user,
            order.file_reference,
        ):
            raise OrderRefused("DU01", order.file_reference)

    def _decision(self, user: str, order: Order, reference: str, account_no: str) -> Decision:
        # Where a format has no reference, the file's is what makes a draw this payment's own.
        drawn_for = reference or order.file_reference
        return self.plan.decide(self.seed, user, drawn_for, account_no, order.execution_day)

    def open_account(self, user: str, account_no: str, opening: int | None = None) -> int:
        """Open an account of a customer if there is none yet; return what may be spent from it."""
        if opening is None:
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
    ) -> None:
        debited_fen = _debited_fen(answered)
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
            "INSERT INTO payment (file_id, serial, reference, account_no, account_name, amount_fen,"
            " deed, code, after_days, back) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
        one.line.account_name,
        one.line.amount_fen,
        one.decision.deed.value,
        one.decision.code,
        one.decision.after_days,
        json.dumps(one.decision.back.as_json()) if one.decision.deed is Deed.RETURN else "",
    )


def _debited_fen(answered: Sequence[Answered]) -> int:
    return sum(one.line.amount_fen for one in answered if not one.rejected)


def _as_far_as(answered: Sequence[Answered], balance_fen: int) -> list[Answered]:
    """Return the payments with those refused for which the money no longer suffices."""
    decided = []
    for one in answered:
        wanted_fen = 0 if one.rejected else one.line.amount_fen
        if wanted_fen > balance_fen:
            decided.append(replace(one, decision=Decision(Deed.REJECT, "AM04")))
        else:
            balance_fen -= wanted_fen
            decided.append(one)
    return decided


def write_whole(target: Path, content: bytes) -> None:
    """Write a file so that nobody sees half of it."""
    unfinished = target.with_name(f".{target.name}.tmp")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)
