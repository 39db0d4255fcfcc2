"""Notices: what they showed, objections, and that no list is approved that did not hang."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LEGAL_MOVES = (
    ("objections", "", "open", "objection.lodged"),
    ("objections", "open", "upheld", "objection.upheld"),
    ("objections", "open", "dismissed", "objection.dismissed"),
    ("payments", "frozen", "held", "payment.objected"),
    ("payments", "held", "frozen", "payment.restored"),
)
PROTECTED_BEFORE = (
    "'account_name_mismatch', 'account_not_usable', 'amount_not_rule', 'charset_unsendable', "
    "'death_reported', 'identity_disputed', 'no_account', 'no_channel', 'payee_dead', "
    "'same_person_twice'"
)
PROTECTED = (
    "'account_name_mismatch', 'account_not_usable', 'amount_not_rule', 'charset_unsendable', "
    "'death_reported', 'identity_disputed', 'no_account', 'no_channel', 'objection', 'payee_dead', "
    "'same_person_twice'"
)
# A posted list loses a line to an objection and gets it back; it changes to nothing that did not hang.
EDIT_BEFORE = """
CREATE OR REPLACE FUNCTION refuse_edit_of_frozen_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.batch_no, NEW.programme, NEW.month, NEW.run_no, NEW.kind, NEW.salt,
        NEW.snapshot_digest, NEW.rule_digest)
       IS DISTINCT FROM
       (OLD.batch_no, OLD.programme, OLD.month, OLD.run_no, OLD.kind, OLD.salt,
        OLD.snapshot_digest, OLD.rule_digest)
       OR (OLD.state NOT IN ('draft', 'returned') AND
           (NEW.frozen_count, NEW.frozen_fen, NEW.lines_root)
           IS DISTINCT FROM (OLD.frozen_count, OLD.frozen_fen, OLD.lines_root){unless})
    THEN
        RAISE EXCEPTION 'a frozen batch is never edited' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
UNLESS_POSTED = """
           AND NOT (OLD.state = 'noticed' AND NEW.state = 'noticed' AND EXISTS (
               SELECT 1 FROM notices n
               WHERE n.batch_id = NEW.id AND n.lines_root = NEW.lines_root))"""
FUNCTIONS = (
    """
    CREATE FUNCTION require_notice() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT 1 FROM notice_checks c
            WHERE c.batch_id = NEW.id AND c.lines_root = NEW.lines_root
              AND (c.reason = 'ended' OR OLD.state <> 'noticed')
        ) THEN
            RAISE EXCEPTION 'a list is approved only after its lines hung for all their days'
                USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (
            SELECT 1 FROM objections o JOIN payments p ON p.id = o.payment_id
            WHERE p.batch_id = NEW.id AND p.state = 'frozen' AND o.state IN ('open', 'upheld')
        ) THEN
            RAISE EXCEPTION 'a line with an objection is never approved'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION require_notice_ended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.reason = 'ended' AND NOT EXISTS (
            SELECT 1 FROM notices n
            WHERE n.id = NEW.notice_id AND n.batch_id = NEW.batch_id
              AND n.lines_root = NEW.lines_root AND n.ends_on < NEW.checked_on
        ) THEN
            RAISE EXCEPTION 'the notice of these lines has not ended'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION refuse_other_days() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.original_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM notices n
            WHERE n.id = NEW.original_id AND n.original_id IS NULL
              AND (n.batch_id, n.level, n.days, n.posted_on, n.ends_on)
                = (NEW.batch_id, NEW.level, NEW.days, NEW.posted_on, NEW.ends_on)
        ) THEN
            RAISE EXCEPTION 'what is left of a notice keeps its days'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION refuse_late_lines() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM batches b
            WHERE b.id IN (SELECT DISTINCT batch_id FROM added)
              AND b.state NOT IN ('draft', 'returned')
        ) THEN
            RAISE EXCEPTION 'no line is added to a list that is frozen or posted'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION refuse_edit_of_objection() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.number, NEW.notice_id, NEW.place, NEW.payment_id, NEW.who, NEW.line_digest,
            NEW.code_index, NEW.taken_by, NEW.lodged_at, NEW.due_on)
           IS DISTINCT FROM
           (OLD.number, OLD.notice_id, OLD.place, OLD.payment_id, OLD.who, OLD.line_digest,
            OLD.code_index, OLD.taken_by, OLD.lodged_at, OLD.due_on)
           OR (OLD.state <> 'open' AND (NEW.answered_by, NEW.answered_at, NEW.answer)
               IS DISTINCT FROM (OLD.answered_by, OLD.answered_at, OLD.answer))
        THEN
            RAISE EXCEPTION 'an objection is never edited' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
)
TRIGGERS = (
    "CREATE TRIGGER require_notice BEFORE UPDATE OF state ON batches FOR EACH ROW "
    "WHEN (NEW.state = 'approved' AND OLD.state <> 'approved') EXECUTE FUNCTION require_notice()",
    "CREATE TRIGGER require_notice_ended BEFORE INSERT ON notice_checks "
    "FOR EACH ROW EXECUTE FUNCTION require_notice_ended()",
    "CREATE TRIGGER keeps_days BEFORE INSERT ON notices "
    "FOR EACH ROW EXECUTE FUNCTION refuse_other_days()",
    "CREATE TRIGGER no_late_lines AFTER INSERT ON payments REFERENCING NEW TABLE AS added "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_late_lines()",
    "CREATE TRIGGER legal_move BEFORE INSERT OR UPDATE OF state ON objections "
    "FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move()",
    "CREATE TRIGGER never_edited BEFORE UPDATE ON objections "
    "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_objection()",
    "CREATE TRIGGER never_deleted BEFORE DELETE ON objections "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON objections "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    *(
        f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in ("notice_lines", "notice_checks")
    ),
    *(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in ("notice_lines", "notice_checks")
    ),
)


def upgrade() -> None:
    _notices()
    _lines_and_checks()
    _objections()
    op.execute("ALTER TABLE control_switches DROP CONSTRAINT ck_control_switches_protected")
    op.create_check_constraint(
        op.f("ck_control_switches_protected"), "control_switches", f"control NOT IN ({PROTECTED})"
    )
    moves = sa.table(
        "legal_moves",
        *(sa.column(name, sa.Text) for name in ("aggregate", "from_state", "to_state", "event")),
    )
    names = ("aggregate", "from_state", "to_state", "event")
    op.bulk_insert(moves, [dict(zip(names, row, strict=True)) for row in LEGAL_MOVES])
    op.execute(EDIT_BEFORE.format(unless=UNLESS_POSTED))
    for statement in (*FUNCTIONS, *TRIGGERS):
        op.execute(statement)


def _notices() -> None:
    op.add_column("notices", sa.Column("number", sa.Text(), nullable=True))
    op.add_column("notices", sa.Column("original_id", sa.Uuid(), nullable=True))
    op.add_column(
        "notices", sa.Column("counted", sa.Text(), server_default="natural", nullable=False)
    )
    op.add_column(
        "notices",
        sa.Column(
            "unknown_years", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False
        ),
    )
    op.add_column("notices", sa.Column("shows", sa.Text(), server_default="counts", nullable=False))
    op.add_column(
        "notices", sa.Column("answer_days", sa.BigInteger(), server_default="15", nullable=False)
    )
    # Rows of before are given their numbers once; nothing else about them changes.
    op.execute("ALTER TABLE notices DISABLE TRIGGER never_changed")
    op.execute(
        """
        UPDATE notices n SET number = b.batch_no || '-G' || x.nth
        FROM (SELECT id, row_number() OVER (PARTITION BY batch_id ORDER BY posted_on, id) AS nth
              FROM notices) x, batches b
        WHERE x.id = n.id AND b.id = n.batch_id
        """
    )
    op.execute("ALTER TABLE notices ENABLE TRIGGER never_changed")
    op.create_unique_constraint(op.f("uq_notices_number"), "notices", ["number"])
    op.create_foreign_key(
        op.f("fk_notices_original_id_notices"), "notices", "notices", ["original_id"], ["id"]
    )
    for name, condition in (
        ("counted", "counted IN ('natural', 'working')"),
        ("shows", "shows IN ('names_and_amounts', 'names', 'counts')"),
        ("days", "ends_on >= posted_on"),
        ("numbered", "(number IS NULL) = (original_id IS NOT NULL)"),
    ):
        op.create_check_constraint(op.f(f"ck_notices_{name}"), "notices", condition)


def _lines_and_checks() -> None:
    op.create_table(
        "notice_lines",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("division", sa.Text(), nullable=True),
        sa.Column("name_masked", sa.Text(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_notice_lines_notice_id_notices")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_notice_lines_payment_id_payments")
        ),
        sa.PrimaryKeyConstraint("notice_id", "place", name=op.f("pk_notice_lines")),
    )
    op.create_index("ix_notice_lines_division", "notice_lines", ["notice_id", "division", "place"])
    op.create_index("ix_notice_lines_payment_id", "notice_lines", ["payment_id"])
    op.create_table(
        "notice_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("lines_root", sa.LargeBinary(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('ended', 'not_asked', 'reissue')", name=op.f("ck_notice_checks_reason")
        ),
        sa.CheckConstraint(
            "(reason = 'ended') = (notice_id IS NOT NULL)", name=op.f("ck_notice_checks_notice")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_notice_checks_batch_id_batches")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_notice_checks_notice_id_notices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_checks")),
    )
    op.create_index(
        "uq_notice_checks_batch_root", "notice_checks", ["batch_id", "lines_root"], unique=True
    )


def _objections() -> None:
    op.create_table(
        "objections",
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("line_digest", sa.LargeBinary(), nullable=True),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'upheld', 'dismissed')", name=op.f("ck_objections_state")
        ),
        sa.CheckConstraint(
            "who IN ('resident', 'neighbour', 'other')", name=op.f("ck_objections_who")
        ),
        sa.CheckConstraint(
            "(place IS NULL) = (payment_id IS NULL)", name=op.f("ck_objections_line")
        ),
        sa.CheckConstraint(
            "state = 'open' OR (answered_by IS NOT NULL AND answered_at IS NOT NULL "
            "AND answer IS NOT NULL)",
            name=op.f("ck_objections_answered"),
        ),
        sa.CheckConstraint("answered_by <> taken_by", name=op.f("ck_objections_two_people")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_objections_notice_id_notices")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id", "place"],
            ["notice_lines.notice_id", "notice_lines.place"],
            name=op.f("fk_objections_notice_id_notice_lines"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_objections_payment_id_payments")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["officers.id"], name=op.f("fk_objections_taken_by_officers")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["officers.id"], name=op.f("fk_objections_answered_by_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("number", name=op.f("uq_objections_number")),
        sa.UniqueConstraint("code_index", name=op.f("uq_objections_code_index")),
    )
    op.create_index("ix_objections_state_due", "objections", ["state", "due_on"])
    op.create_index("ix_objections_payment_id", "objections", ["payment_id"])
    op.create_index("ix_objections_lodged_at", "objections", ["lodged_at"])


def downgrade() -> None:
    op.execute("DROP TRIGGER no_late_lines ON payments")
    for name in (
        "require_notice",
        "require_notice_ended",
        "refuse_other_days",
        "refuse_late_lines",
        "refuse_edit_of_objection",
    ):
        op.execute(f"DROP FUNCTION {name}() CASCADE")
    op.execute(EDIT_BEFORE.format(unless=""))
    for table in ("objections", "notice_checks", "notice_lines"):
        op.drop_table(table)
    op.execute(
        "DELETE FROM legal_moves WHERE aggregate = 'objections' "
        "OR event IN ('payment.objected', 'payment.restored')"
    )
    op.execute("ALTER TABLE control_switches DROP CONSTRAINT ck_control_switches_protected")
    op.create_check_constraint(
        op.f("ck_control_switches_protected"),
        "control_switches",
        f"control NOT IN ({PROTECTED_BEFORE})",
    )
    # What was left after an objection has no number and is not a posting of its own.
    op.execute("ALTER TABLE notices DISABLE TRIGGER never_changed")
    op.execute("DELETE FROM notices WHERE original_id IS NOT NULL")
    op.execute("ALTER TABLE notices ENABLE TRIGGER never_changed")
    for name in ("counted", "shows", "days", "numbered"):
        op.drop_constraint(op.f(f"ck_notices_{name}"), "notices")
    for name in ("number", "original_id", "counted", "unknown_years", "shows", "answer_days"):
        op.drop_column("notices", name)
