"""Rules under control: proposals with their effects, switches of controls, the duty of policy."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LEGAL_MOVES = (
    ("rule_proposals", "", "draft", "rules.proposed"),
    ("rule_proposals", "draft", "submitted", "rules.submitted"),
    ("rule_proposals", "returned", "submitted", "rules.submitted"),
    ("rule_proposals", "submitted", "approved_by_department", "rules.approved_by_department"),
    ("rule_proposals", "approved_by_department", "approved", "rules.approved_by_finance"),
    ("rule_proposals", "approved", "in_force", "rules.in_force"),
    ("rule_proposals", "submitted", "returned", "rules.returned"),
    ("rule_proposals", "approved_by_department", "returned", "rules.returned"),
    ("rule_proposals", "draft", "withdrawn", "rules.withdrawn"),
    ("rule_proposals", "submitted", "withdrawn", "rules.withdrawn"),
    ("rule_proposals", "returned", "withdrawn", "rules.withdrawn"),
    ("rule_proposals", "approved_by_department", "withdrawn", "rules.withdrawn"),
    ("rule_proposals", "approved", "withdrawn", "rules.withdrawn"),
    ("control_switches", "", "asked", "control.off_asked"),
    ("control_switches", "asked", "off", "control.switched_off"),
    ("control_switches", "asked", "refused", "control.off_refused"),
    ("control_switches", "asked", "withdrawn", "control.off_withdrawn"),
    ("control_switches", "off", "on", "control.switched_on"),
)
MOVING = ("rule_proposals", "control_switches")
DUTIES_BEFORE = "'maker','reviewer','signer','reconciler','steward','auditor','administrator'"
DUTIES = "'maker','reviewer','signer','reconciler','steward','policy','auditor','administrator'"
PROTECTED = (
    "'account_name_mismatch', 'account_not_usable', 'charset_unsendable', 'death_reported', "
    "'identity_disputed', 'no_account', 'no_channel', 'payee_dead', 'same_person_twice'"
)
# What was handed to the approvers stays as they read it. Who approved may be forgotten only when it
# goes back to its author, and is never another person afterwards.
FUNCTIONS = (
    """
    CREATE FUNCTION refuse_edit_of_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.number, NEW.written_by, NEW.written_at)
           IS DISTINCT FROM (OLD.number, OLD.written_by, OLD.written_at)
           OR (OLD.state NOT IN ('draft', 'returned') AND
               (NEW.title, NEW.law, NEW.evidence, NEW.reason, NEW.effective_month,
                NEW.base_digest, NEW.proposed_digest)
               IS DISTINCT FROM
               (OLD.title, OLD.law, OLD.evidence, OLD.reason, OLD.effective_month,
                OLD.base_digest, OLD.proposed_digest))
           OR (OLD.department_by IS NOT NULL AND NEW.state <> 'returned' AND
               NEW.department_by IS DISTINCT FROM OLD.department_by)
           OR (OLD.finance_by IS NOT NULL AND NEW.finance_by IS DISTINCT FROM OLD.finance_by)
        THEN
            RAISE EXCEPTION 'a proposal is edited only by its author, before it is submitted'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION refuse_edit_of_proposal_file() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE now text;
    BEGIN
        SELECT state INTO now FROM rule_proposals
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.proposal_id ELSE NEW.proposal_id END;
        IF TG_OP = 'UPDATE' OR now NOT IN ('draft', 'returned') THEN
            RAISE EXCEPTION 'the texts of a proposal are not edited once it is submitted'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$
    """,
    """
    CREATE FUNCTION refuse_edit_of_switch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.control, NEW.programme, NEW.from_month, NEW.to_month, NEW.reason, NEW.asked_by)
           IS DISTINCT FROM
           (OLD.control, OLD.programme, OLD.from_month, OLD.to_month, OLD.reason, OLD.asked_by)
           OR (OLD.confirmed_by IS NOT NULL AND
               NEW.confirmed_by IS DISTINCT FROM OLD.confirmed_by)
        THEN
            RAISE EXCEPTION 'the switch of a control is never edited'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION refuse_hiding_of_controls() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.controls_off IS DISTINCT FROM OLD.controls_off AND
           (OLD.state NOT IN ('draft', 'returned') OR NOT NEW.controls_off @> OLD.controls_off)
        THEN
            RAISE EXCEPTION 'a batch keeps saying which controls were off'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
)
TRIGGERS = (
    *(
        f"CREATE TRIGGER legal_move BEFORE INSERT OR UPDATE OF state ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move()"
        for table in MOVING
    ),
    *(
        f"CREATE TRIGGER never_deleted BEFORE DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in MOVING
    ),
    "CREATE TRIGGER never_edited BEFORE UPDATE ON rule_proposals "
    "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_proposal()",
    "CREATE TRIGGER never_edited BEFORE INSERT OR UPDATE OR DELETE ON rule_proposal_files "
    "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_proposal_file()",
    "CREATE TRIGGER never_edited BEFORE UPDATE ON control_switches "
    "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_switch()",
    "CREATE TRIGGER never_hidden BEFORE UPDATE OF controls_off ON batches "
    "FOR EACH ROW EXECUTE FUNCTION refuse_hiding_of_controls()",
    "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON rule_previews "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    _duties(DUTIES)
    op.create_table(
        "rule_proposals",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("law", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effective_month", sa.Text(), nullable=False),
        sa.Column("base_digest", sa.Text(), nullable=False),
        sa.Column("proposed_digest", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("department_by", sa.Uuid(), nullable=True),
        sa.Column("department_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finance_by", sa.Uuid(), nullable=True),
        sa.Column("finance_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'approved_by_department', 'approved', 'in_force', "
            "'returned', 'withdrawn')",
            name=op.f("ck_rule_proposals_state"),
        ),
        sa.CheckConstraint(
            "effective_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'",
            name=op.f("ck_rule_proposals_effective_month"),
        ),
        sa.CheckConstraint(
            "department_by <> written_by", name=op.f("ck_rule_proposals_department_is_another")
        ),
        sa.CheckConstraint(
            "finance_by <> written_by AND finance_by <> department_by",
            name=op.f("ck_rule_proposals_finance_is_another"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved_by_department', 'approved', 'in_force') "
            "OR department_by IS NOT NULL",
            name=op.f("ck_rule_proposals_department_approved"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'in_force') OR finance_by IS NOT NULL",
            name=op.f("ck_rule_proposals_finance_approved"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["officers.id"], name=op.f(f"fk_rule_proposals_{column}_officers")
            )
            for column in ("written_by", "department_by", "finance_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_proposals")),
        sa.UniqueConstraint("number", name=op.f("uq_rule_proposals_number")),
    )
    op.create_index(
        "ix_rule_proposals_state_effective_month",
        "rule_proposals",
        ["state", "effective_month"],
        unique=False,
    )
    op.create_table(
        "rule_proposal_files",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["rule_proposals.id"],
            name=op.f("fk_rule_proposal_files_proposal_id_rule_proposals"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", "name", name=op.f("pk_rule_proposal_files")),
    )
    op.create_table(
        "rule_previews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("base_digest", sa.Text(), nullable=False),
        sa.Column("proposed_digest", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["rule_proposals.id"],
            name=op.f("fk_rule_previews_proposal_id_rule_proposals"),
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshots.id"], name=op.f("fk_rule_previews_snapshot_id_snapshots")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_previews")),
        sa.UniqueConstraint(
            "proposal_id",
            "snapshot_id",
            "base_digest",
            "proposed_digest",
            name=op.f("uq_rule_previews_proposal_id_snapshot_id_base_digest_proposed_digest"),
        ),
    )
    op.create_table(
        "control_switches",
        sa.Column("control", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("from_month", sa.Text(), nullable=False),
        sa.Column("to_month", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'off', 'on', 'refused', 'withdrawn')",
            name=op.f("ck_control_switches_state"),
        ),
        sa.CheckConstraint("confirmed_by <> asked_by", name=op.f("ck_control_switches_two_people")),
        sa.CheckConstraint(
            "state NOT IN ('off', 'on') OR confirmed_by IS NOT NULL",
            name=op.f("ck_control_switches_confirmed"),
        ),
        sa.CheckConstraint("from_month <= to_month", name=op.f("ck_control_switches_months")),
        sa.CheckConstraint(
            f"control NOT IN ({PROTECTED})", name=op.f("ck_control_switches_protected")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["officers.id"], name=op.f(f"fk_control_switches_{column}_officers")
            )
            for column in ("asked_by", "confirmed_by", "ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_switches")),
    )
    op.create_index("ix_control_switches_state", "control_switches", ["state"], unique=False)
    op.add_column(
        "batches",
        sa.Column(
            "controls_off",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
        ),
    )
    moves = sa.table(
        "legal_moves",
        *(sa.column(name, sa.Text) for name in ("aggregate", "from_state", "to_state", "event")),
    )
    names = ("aggregate", "from_state", "to_state", "event")
    op.bulk_insert(moves, [dict(zip(names, row, strict=True)) for row in LEGAL_MOVES])
    for statement in (*FUNCTIONS, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    for name in (
        "edit_of_proposal",
        "edit_of_proposal_file",
        "edit_of_switch",
        "hiding_of_controls",
    ):
        op.execute(f"DROP FUNCTION refuse_{name}() CASCADE")
    for table in MOVING:
        op.execute(f"DELETE FROM legal_moves WHERE aggregate = '{table}'")  # noqa: S608 - constants of this file
    op.drop_column("batches", "controls_off")
    op.drop_index("ix_control_switches_state", table_name="control_switches")
    op.drop_table("control_switches")
    op.drop_table("rule_previews")
    op.drop_table("rule_proposal_files")
    op.drop_index("ix_rule_proposals_state_effective_month", table_name="rule_proposals")
    op.drop_table("rule_proposals")
    _duties(DUTIES_BEFORE)


def _duties(known: str) -> None:
    op.drop_constraint("duties_known", "officers", type_="check")
    op.create_check_constraint("duties_known", "officers", f"duties <@ ARRAY[{known}]")
