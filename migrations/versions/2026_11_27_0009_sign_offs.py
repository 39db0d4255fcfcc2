"""Sign-offs: chains, steps, delegations, exclusions; answers kept for programs that ask twice."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LEGAL_MOVES = (
    # Back to an earlier step than the last one: its money is released, its lines stay frozen.
    ("batches", "approved", "frozen", "batch.reopened"),
    ("batches", "prepared", "frozen", "batch.reopened"),
    ("batches", "signed", "frozen", "batch.reopened"),
    # Called back by its maker before a file was handed over.
    ("batches", "signed", "returned", "batch.returned"),
)
APPEND_ONLY = (
    "approval_chain_sets",
    "approval_steps",
    "approval_acts",
    "approval_exclusions",
    "kept_answers",
)
FUNCTIONS = (
    # Steps are laid before the first of them is taken, for the present round only.
    """
    CREATE FUNCTION refuse_late_step() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE b record;
    BEGIN
        SELECT state, round INTO b FROM batches WHERE id = NEW.batch_id;
        IF b.round <> NEW.round OR b.state NOT IN ('frozen', 'noticed') OR EXISTS (
            SELECT 1 FROM approval_acts WHERE batch_id = NEW.batch_id AND round = NEW.round)
        THEN
            RAISE EXCEPTION 'the steps of a batch are laid when its list is frozen'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    # In order, over the frozen list, not more people than asked for, nobody on both sides.
    """
    CREATE FUNCTION refuse_wrong_approval() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE b record; wanted record;
    BEGIN
        SELECT state, round, lines_root INTO b FROM batches WHERE id = NEW.batch_id FOR UPDATE;
        IF b.round <> NEW.round OR b.state NOT IN ('frozen', 'noticed') THEN
            RAISE EXCEPTION 'the batch is not in review in this round'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.lines_root IS DISTINCT FROM b.lines_root THEN
            RAISE EXCEPTION 'an approval is of the lines that were submitted'
                USING ERRCODE = 'check_violation';
        END IF;
        SELECT kind, needed INTO wanted FROM approval_steps
        WHERE batch_id = NEW.batch_id AND round = NEW.round AND position = NEW.position
          AND division = NEW.division;
        IF wanted.kind IS DISTINCT FROM 'approve' OR wanted.needed <= (
            SELECT count(*) FROM approval_acts
            WHERE batch_id = NEW.batch_id AND round = NEW.round AND position = NEW.position
              AND division = NEW.division)
        THEN
            RAISE EXCEPTION 'this step asks for no further approval'
                USING ERRCODE = 'check_violation';
        END IF;
        IF unfinished_approvals(NEW.batch_id, NEW.round, NEW.position) > 0 THEN
            RAISE EXCEPTION 'an earlier step is not finished' USING ERRCODE = 'check_violation';
        END IF;
        IF NOT EXISTS (
            SELECT 1 FROM batch_acts WHERE batch_id = NEW.batch_id AND round = NEW.round
              AND officer_id = NEW.officer_id AND act = 'approved')
        THEN
            RAISE EXCEPTION 'who approves did something else to this batch'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.for_officer_id IS NOT NULL AND (
            NOT EXISTS (
                SELECT 1 FROM approval_delegations
                WHERE id = NEW.delegation_id AND absent_id = NEW.for_officer_id
                  AND delegate_id = NEW.officer_id)
            OR EXISTS (
                SELECT 1 FROM batch_acts WHERE batch_id = NEW.batch_id AND round = NEW.round
                  AND officer_id = NEW.for_officer_id)
            OR EXISTS (
                SELECT 1 FROM approval_exclusions
                WHERE batch_id = NEW.batch_id AND officer_id = NEW.for_officer_id))
        THEN
            RAISE EXCEPTION 'nobody can be acted for here' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION unfinished_approvals(of_batch uuid, of_round bigint, before bigint)
    RETURNS bigint LANGUAGE sql STABLE AS $$
        SELECT count(*) FROM approval_steps s
        WHERE s.batch_id = of_batch AND s.round = of_round AND s.kind = 'approve'
          AND s.position < before AND s.needed > (
            SELECT count(*) FROM approval_acts a
            WHERE a.batch_id = s.batch_id AND a.round = s.round AND a.position = s.position
              AND a.division = s.division)
    $$
    """,
    # Whoever was acted for has had a say; whoever is paid by the batch has none.
    """
    CREATE FUNCTION refuse_second_side() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM approval_acts WHERE batch_id = NEW.batch_id AND round = NEW.round
              AND for_officer_id = NEW.officer_id)
        THEN
            RAISE EXCEPTION 'this officer was already acted for' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.act IN ('approved', 'signed') AND EXISTS (
            SELECT 1 FROM approval_exclusions
            WHERE batch_id = NEW.batch_id AND officer_id = NEW.officer_id)
        THEN
            RAISE EXCEPTION 'an officer whose own people are paid takes no step'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    # No step is skipped, and what is paid is what was frozen.
    """
    CREATE FUNCTION refuse_skipped_step() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE frozen record;
    BEGIN
        IF NEW.state = 'signed' THEN
            IF (SELECT count(*) FROM batch_acts
                WHERE batch_id = NEW.id AND round = NEW.round AND act = 'signed')
               < (SELECT COALESCE(sum(needed), 1) FROM approval_steps
                  WHERE batch_id = NEW.id AND round = NEW.round AND kind = 'sign')
            THEN
                RAISE EXCEPTION 'a signature is missing' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END IF;
        IF NOT EXISTS (
            SELECT 1 FROM approval_acts WHERE batch_id = NEW.id AND round = NEW.round)
           OR unfinished_approvals(NEW.id, NEW.round, 1000000) > 0
        THEN
            RAISE EXCEPTION 'an approval is missing' USING ERRCODE = 'check_violation';
        END IF;
        SELECT count(*) AS lines, COALESCE(sum(amount_fen), 0) AS fen INTO frozen
        FROM payments WHERE batch_id = NEW.id AND state = 'frozen';
        IF (frozen.lines, frozen.fen) IS DISTINCT FROM (NEW.frozen_count, NEW.frozen_fen::numeric)
        THEN
            RAISE EXCEPTION 'the lines are not those that were frozen'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION refuse_earlier_round() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.round NOT IN (OLD.round, OLD.round + 1) THEN
            RAISE EXCEPTION 'a batch goes from one round to the next'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION refuse_late_line() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT state FROM batches WHERE id = NEW.batch_id) NOT IN ('draft', 'returned') THEN
            RAISE EXCEPTION 'no line joins a frozen list' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    # An absence ends and is otherwise never edited; who stands in is there, and nobody's stand-in
    # has one of the own on the same days.
    """
    CREATE FUNCTION refuse_wrong_delegation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (
            OLD.ended_at IS NOT NULL OR
            (NEW.id, NEW.absent_id, NEW.delegate_id, NEW.from_day, NEW.to_day, NEW.reason,
             NEW.made_by, NEW.made_at)
            IS DISTINCT FROM
            (OLD.id, OLD.absent_id, OLD.delegate_id, OLD.from_day, OLD.to_day, OLD.reason,
             OLD.made_by, OLD.made_at)))
        THEN
            RAISE EXCEPTION 'an absence is never edited; it ends' USING ERRCODE = 'check_violation';
        END IF;
        IF TG_OP = 'INSERT' THEN
            -- Two that would make a chain together are made one after the other.
            PERFORM pg_advisory_xact_lock(hashtext('approval_delegations'));
            IF EXISTS (
                SELECT 1 FROM approval_delegations d
                WHERE d.ended_at IS NULL AND d.from_day <= NEW.to_day AND d.to_day >= NEW.from_day
                  AND (d.absent_id IN (NEW.absent_id, NEW.delegate_id)
                       OR d.delegate_id = NEW.absent_id))
            THEN
                RAISE EXCEPTION 'absences overlap, or a delegate would be absent'
                    USING ERRCODE = 'check_violation';
            END IF;
        END IF;
        RETURN NEW;
    END $$
    """,
)
TRIGGERS = (
    *(
        f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in APPEND_ONLY
    ),
    *(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in (*APPEND_ONLY, "approval_delegations")
    ),
    "CREATE TRIGGER laid_in_time BEFORE INSERT ON approval_steps "
    "FOR EACH ROW EXECUTE FUNCTION refuse_late_step()",
    "CREATE TRIGGER in_order BEFORE INSERT ON approval_acts "
    "FOR EACH ROW EXECUTE FUNCTION refuse_wrong_approval()",
    "CREATE TRIGGER one_side BEFORE INSERT ON batch_acts "
    "FOR EACH ROW EXECUTE FUNCTION refuse_second_side()",
    "CREATE TRIGGER no_step_skipped BEFORE UPDATE OF state ON batches FOR EACH ROW "
    "WHEN (NEW.state IN ('approved', 'signed') AND OLD.state <> NEW.state) "
    "EXECUTE FUNCTION refuse_skipped_step()",
    "CREATE TRIGGER rounds_go_on BEFORE UPDATE OF round ON batches "
    "FOR EACH ROW EXECUTE FUNCTION refuse_earlier_round()",
    "CREATE TRIGGER no_late_line BEFORE UPDATE OF state ON payments FOR EACH ROW "
    "WHEN (OLD.state = 'ready' AND NEW.state = 'frozen') EXECUTE FUNCTION refuse_late_line()",
    "CREATE TRIGGER never_edited BEFORE INSERT OR UPDATE OR DELETE ON approval_delegations "
    "FOR EACH ROW EXECUTE FUNCTION refuse_wrong_delegation()",
)


def upgrade() -> None:
    op.create_table(
        "approval_chain_sets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_chain_sets")),
    )
    op.create_table(
        "kept_answers",
        sa.Column("caller_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller_id", "key", name=op.f("pk_kept_answers")),
    )
    _steps()
    _delegations()
    _acts()
    moves = sa.table(
        "legal_moves",
        *(sa.column(name, sa.Text) for name in ("aggregate", "from_state", "to_state", "event")),
    )
    names = ("aggregate", "from_state", "to_state", "event")
    op.bulk_insert(moves, [dict(zip(names, row, strict=True)) for row in LEGAL_MOVES])
    for statement in (*FUNCTIONS, *TRIGGERS):
        op.execute(statement)


def _steps() -> None:
    op.create_table(
        "approval_steps",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("needed", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("escalate_to", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("chain_digest", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('approve', 'sign')", name=op.f("ck_approval_steps_kind")),
        sa.CheckConstraint("needed BETWEEN 1 AND 9", name=op.f("ck_approval_steps_needed")),
        sa.CheckConstraint("days BETWEEN 1 AND 60", name=op.f("ck_approval_steps_days")),
        sa.CheckConstraint("position > 0", name=op.f("ck_approval_steps_position")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_approval_steps_batch_id_batches")
        ),
        sa.PrimaryKeyConstraint(
            "batch_id", "round", "position", "division", name=op.f("pk_approval_steps")
        ),
    )


def _delegations() -> None:
    op.create_table(
        "approval_delegations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("absent_id", sa.Uuid(), nullable=False),
        sa.Column("delegate_id", sa.Uuid(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "delegate_id <> absent_id", name=op.f("ck_approval_delegations_another_person")
        ),
        sa.CheckConstraint(
            "from_day <= to_day", name=op.f("ck_approval_delegations_days_in_order")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)",
            name=op.f("ck_approval_delegations_ended_by_somebody"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [name], ["officers.id"], name=op.f(f"fk_approval_delegations_{name}_officers")
            )
            for name in ("absent_id", "delegate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_delegations")),
    )
    for name in ("absent_id", "delegate_id"):
        op.create_index(f"ix_approval_delegations_{name}", "approval_delegations", [name])


def _acts() -> None:
    op.create_table(
        "approval_acts",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("for_officer_id", sa.Uuid(), nullable=True),
        sa.Column("delegation_id", sa.Uuid(), nullable=True),
        sa.Column("lines_root", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "for_officer_id <> officer_id", name=op.f("ck_approval_acts_for_another")
        ),
        sa.CheckConstraint(
            "(for_officer_id IS NULL) = (delegation_id IS NULL)",
            name=op.f("ck_approval_acts_for_by_delegation"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id", "round", "officer_id"],
            ["batch_acts.batch_id", "batch_acts.round", "batch_acts.officer_id"],
            name="fk_approval_acts_batch_acts",
        ),
        sa.ForeignKeyConstraint(
            ["batch_id", "round", "position", "division"],
            [
                "approval_steps.batch_id",
                "approval_steps.round",
                "approval_steps.position",
                "approval_steps.division",
            ],
            name="fk_approval_acts_approval_steps",
        ),
        sa.ForeignKeyConstraint(
            ["for_officer_id"],
            ["officers.id"],
            name=op.f("fk_approval_acts_for_officer_id_officers"),
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"],
            ["approval_delegations.id"],
            name=op.f("fk_approval_acts_delegation_id_approval_delegations"),
        ),
        sa.PrimaryKeyConstraint("batch_id", "round", "officer_id", name=op.f("pk_approval_acts")),
        sa.UniqueConstraint(
            "batch_id",
            "round",
            "for_officer_id",
            name=op.f("uq_approval_acts_batch_id_round_for_officer_id"),
        ),
    )
    op.create_table(
        "approval_exclusions",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_approval_exclusions_{column}_{table}")
            )
            for column, table in (("batch_id", "batches"), ("officer_id", "officers"))
        ),
        sa.PrimaryKeyConstraint("batch_id", "officer_id", name=op.f("pk_approval_exclusions")),
    )


def downgrade() -> None:
    for table, name in (
        ("batch_acts", "one_side"),
        ("batches", "no_step_skipped"),
        ("batches", "rounds_go_on"),
        ("payments", "no_late_line"),
    ):
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for _, before, after, _ in LEGAL_MOVES:
        op.execute(
            "DELETE FROM legal_moves WHERE aggregate = 'batches' "  # noqa: S608 - constants of this file
            f"AND from_state = '{before}' AND to_state = '{after}'"
        )
    for table in (
        "approval_exclusions",
        "approval_acts",
        "approval_delegations",
        "approval_steps",
        "kept_answers",
        "approval_chain_sets",
    ):
        op.drop_table(table)
    for name in (
        "refuse_late_step()",
        "refuse_wrong_approval()",
        "unfinished_approvals(uuid, bigint, bigint)",
        "refuse_second_side()",
        "refuse_skipped_step()",
        "refuse_earlier_round()",
        "refuse_late_line()",
        "refuse_wrong_delegation()",
    ):
        op.execute(f"DROP FUNCTION {name}")
