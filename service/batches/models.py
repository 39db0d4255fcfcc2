"""What is kept about month runs, batches, payments and what holds them."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, Moves
from service.batches.lifecycle import BATCH_MOVES, PAYMENT_MOVES
from service.foundation import ids
from service.foundation.database import Base
from service.foundation.ids import reference_of
from service.foundation.said import Said


class MonthRun(Base):
    """One press of the button: which month, which programmes, how far it has come."""

    __tablename__ = "month_runs"
    __table_args__ = (
        # One run of a month is done before another begins, whoever presses how often.
        Index(
            "uq_month_runs_going",
            "month",
            unique=True,
            postgresql_where=text("finished_at IS NULL"),
        ),
        CheckConstraint("kind IN ('regular', 'supplementary')", name="kind"),
        CheckConstraint("division ~ '^([1-9][0-9]{8})?$'", name="division"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    month: Mapped[str] = mapped_column(Text)
    programmes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    kind: Mapped[str] = mapped_column(Text, server_default="regular")
    """regular, or supplementary: who became due since the regular lists were made."""
    division: Mapped[str] = mapped_column(Text, server_default="")
    """Nine digits of the township whose lines are made; "" is the whole county."""
    requested_by: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime]
    stage: Mapped[str] = mapped_column(Text, server_default="waiting")
    """waiting, frozen (snapshot), assessed, built, failed: progress, not business state."""
    snapshot_id: Mapped[UUID | None] = mapped_column(ForeignKey("snapshots.id"))
    assessment_id: Mapped[UUID | None] = mapped_column(ForeignKey("assessments.id"))
    problem: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]


class Batch(Movable):
    """The pay list of one programme and month."""

    __tablename__ = "batches"
    moves: ClassVar[Moves] = BATCH_MOVES
    __table_args__ = (
        UniqueConstraint("programme", "month", "run_no"),
        CheckConstraint("kind IN ('regular', 'supplementary', 'reissue', 'mending')", name="kind"),
        CheckConstraint("division ~ '^([1-9][0-9]{8})?$'", name="division"),
    )

    batch_no: Mapped[str] = mapped_column(Text, unique=True)
    """Printed and spoken: ``MZ15-2026-10-01``."""
    programme: Mapped[str] = mapped_column(Text)
    month: Mapped[str] = mapped_column(Text)
    run_no: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    division: Mapped[str] = mapped_column(Text, server_default="")
    """Nine digits of the township it was made for; "" is the whole county."""
    assessment_id: Mapped[UUID | None] = mapped_column(ForeignKey("assessments.id"))
    snapshot_digest: Mapped[str] = mapped_column(Text)
    rule_digest: Mapped[str] = mapped_column(Text)
    built_at: Mapped[datetime]
    round: Mapped[int] = mapped_column(server_default="1")
    """Goes up each time the batch is returned to its maker."""
    comparison: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """{last, joined, left, changed, this}: each {count, amount_fen}; of a list that is a part of the
    month's also ``beside``: who was paid last month and is no matter of this list."""
    differences: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """{townships, causes}: the same sums by township, and what explains them."""
    frozen_count: Mapped[int | None]
    frozen_fen: Mapped[int | None]
    lines_root: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Merkle root over the frozen lines in order."""
    controls_off: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    """The controls that were off while its lines were screened: {control, programme, until, reason}."""
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    """32 random bytes in every line's leaf, so that a root tells nothing about small lists."""

    @property
    def spoken_name(self) -> str:
        return self.batch_no


class Payment(Base):
    """One line: so much, for this programme and period, to this person's account.

    ``state`` moves in sets (a whole batch, a whole reply) through `batches.lines.move_lines`.
    """

    __tablename__ = "payments"
    moves: ClassVar[Moves] = PAYMENT_MOVES
    __table_args__ = (
        UniqueConstraint(
            "programme", "subject_kind", "subject_id", "period", "line_type", "attempt"
        ),
        Index("ix_payments_batch_state", "batch_id", "state", "id"),
        Index("ix_payments_batch_township", "batch_id", text("left(division, 9)"), "state", "id"),
        Index("ix_payments_batch_amount", "batch_id", "state", "amount_fen", "id"),
        Index("ix_payments_payee", "payee_person_id"),
        Index("ix_payments_bank_file", "bank_file_id"),
        Index("ix_payments_programme_period", "programme", "period"),
        Index(
            "ix_payments_came",
            "division",
            "settled_on",
            postgresql_where=text("state = 'paid'"),
        ),
        Index(
            "ix_payments_failed",
            "failed_on",
            "id",
            postgresql_where=text("state IN ('rejected', 'returned')"),
        ),
        Index(
            "ix_payments_estates_held",
            "id",
            postgresql_where=text("state = 'held' AND line_type = 'estate'"),
        ),
        CheckConstraint(
            "line_type IN ('regular', 'arrears', 'supplementary', 'estate', 'instalment')",
            name="line_type",
        ),
        CheckConstraint("amount_fen <= entitled_fen", name="entitled"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("attempt > 0", name="attempt_positive"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    state: Mapped[str] = mapped_column(Text)
    programme: Mapped[str] = mapped_column(Text)
    period: Mapped[str] = mapped_column(Text)
    line_type: Mapped[str] = mapped_column(Text, server_default="regular")
    """regular; arrears: a past period of which nothing was known; supplementary: more for a period;
    estate: what was due to somebody who has died, to the registered heir; instalment: the rest of a
    line that was paid in part."""
    attempt: Mapped[int] = mapped_column(server_default="1")
    subject_kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[int]
    payee_person_id: Mapped[int | None]
    payee_name: Mapped[str | None] = mapped_column(Text)
    """Exactly as the bank holds it, where the bank has answered; else as registered."""
    division: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    channel_id: Mapped[UUID | None] = mapped_column(ForeignKey("bank_channels.id"))
    amount_fen: Mapped[int]
    entitled_fen: Mapped[int | None]
    """Of a line paid in part, and of its rests: what was due in full."""
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    mends_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    """The first line of the period that this one adds to."""
    bank_file_id: Mapped[UUID | None]
    result_code: Mapped[str | None] = mapped_column(Text)
    result_reason: Mapped[str | None] = mapped_column(Said)
    settled_on: Mapped[date | None]
    failed_on: Mapped[date | None]
    """The day on which we learned that it was rejected or came back, the last time."""

    @property
    def reference(self) -> str:
        """What the bank repeats in its answer: 13 characters made from our id."""
        return reference_of(self.id)


class PaymentHold(Base):
    """Why a line needs a person before it can be paid."""

    __tablename__ = "payment_holds"
    __table_args__ = (
        UniqueConstraint("payment_id", "control"),
        Index("ix_payment_holds_open", "payment_id", postgresql_where=text("cleared_at IS NULL")),
        Index(
            "ix_payment_holds_open_by_age",
            "found_at",
            "id",
            postgresql_where=text("cleared_at IS NULL"),
        ),
        Index(
            "ix_payment_holds_control",
            "control",
            "payment_id",
            postgresql_where=text("cleared_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    control: Mapped[str] = mapped_column(Text)
    """A code of `batches.controls.CONTROLS`."""
    version: Mapped[int] = mapped_column(server_default="1")
    """The version of the control that found it."""
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """What the control saw: references, codes, dates and counts; no name and no number of a card."""
    found_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    cleared_by: Mapped[str | None] = mapped_column(Text)
    cleared_reason: Mapped[str | None] = mapped_column(Said)


class BatchAct(Base):
    """Who has acted in a batch's chain in a round: one person, one act – the key is the rule."""

    __tablename__ = "batch_acts"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    act: Mapped[str] = mapped_column(Text)
    """submitted, approved, returned or signed."""
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Said, server_default="")
