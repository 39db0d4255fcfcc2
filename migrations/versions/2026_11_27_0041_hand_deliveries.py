"""Files that clerks carry: what was said of them by whom, what proves it, and when a bank first spoke."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_AT = sa.DateTime(timezone=True)
# What was said stays as it was said, and it is decided once.
_GUARDS = (
    """
    CREATE FUNCTION refuse_edit_of_hand_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.state <> 'asked'
           OR (NEW.id, NEW.bank_file_id, NEW.said, NEW.reason, NEW.delivered_at, NEW.receipt_no,
               NEW.proof_sha256, NEW.asked_by, NEW.asked_at)
              IS DISTINCT FROM
              (OLD.id, OLD.bank_file_id, OLD.said, OLD.reason, OLD.delivered_at, OLD.receipt_no,
               OLD.proof_sha256, OLD.asked_by, OLD.asked_at)
        THEN
            RAISE EXCEPTION 'what was said of a carried file is decided once and never edited'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    # A proof's seal may be renewed under a newer key, as a bank file's may.
    """
    CREATE FUNCTION refuse_edit_of_delivery_proof() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE'
           OR (NEW.hand_delivery_id, NEW.file_name, NEW.size_bytes, NEW.sha256)
              IS DISTINCT FROM (OLD.hand_delivery_id, OLD.file_name, OLD.size_bytes, OLD.sha256)
           OR (NEW.content_sealed IS DISTINCT FROM OLD.content_sealed AND NOT (
               octet_length(NEW.content_sealed) = octet_length(OLD.content_sealed)
               AND substring(NEW.content_sealed for 1) > substring(OLD.content_sealed for 1)))
        THEN
            RAISE EXCEPTION 'the proof of a delivery is never edited'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
)
_GUARDED = {
    "hand_deliveries": "refuse_edit_of_hand_delivery",
    "delivery_proofs": "refuse_edit_of_delivery_proof",
}


def upgrade() -> None:
    op.add_column("bank_files", sa.Column("heard_at", _AT, nullable=True))
    op.create_table(
        "hand_deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bank_file_id", sa.Uuid(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("delivered_at", _AT, nullable=True),
        sa.Column("receipt_no", sa.Text(), nullable=True),
        sa.Column("proof_sha256", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", _AT, nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", _AT, nullable=True),
        sa.CheckConstraint(
            "said IN ('delivered', 'not_delivered')", name=op.f("ck_hand_deliveries_said")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'confirmed', 'withdrawn')", name=op.f("ck_hand_deliveries_state")
        ),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL)", name=op.f("ck_hand_deliveries_decided")
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR decided_by <> asked_by",
            name=op.f("ck_hand_deliveries_two_people"),
        ),
        sa.CheckConstraint(
            "(said = 'delivered') = (delivered_at IS NOT NULL AND receipt_no IS NOT NULL "
            "AND proof_sha256 IS NOT NULL)",
            name=op.f("ck_hand_deliveries_evidence"),
        ),
        sa.ForeignKeyConstraint(
            ["bank_file_id"],
            ["bank_files.id"],
            name=op.f("fk_hand_deliveries_bank_file_id_bank_files"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["officers.id"], name=op.f("fk_hand_deliveries_asked_by_officers")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["officers.id"], name=op.f("fk_hand_deliveries_decided_by_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_deliveries")),
    )
    op.create_index(
        "uq_hand_deliveries_asked",
        "hand_deliveries",
        ["bank_file_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "delivery_proofs",
        sa.Column("hand_delivery_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hand_delivery_id"],
            ["hand_deliveries.id"],
            name=op.f("fk_delivery_proofs_hand_delivery_id_hand_deliveries"),
        ),
        sa.PrimaryKeyConstraint("hand_delivery_id", name=op.f("pk_delivery_proofs")),
    )
    for guard in _GUARDS:
        op.execute(guard)
    for table, guard in _GUARDED.items():
        op.execute(
            f"CREATE TRIGGER never_edited BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {guard}()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("delivery_proofs")
    op.drop_table("hand_deliveries")
    for guard in _GUARDED.values():
        op.execute(f"DROP FUNCTION {guard}()")
    op.drop_column("bank_files", "heard_at")
