"""Findings of auditors, and what was said about each until it was closed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0057"
down_revision: str | None = "0056"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FINDINGS, _NOTES = "audit_findings", "finding_notes"
_MOVES = (
    ("", "open", "finding.opened"),
    ("open", "answered", "finding.answered"),
    ("answered", "open", "finding.returned"),
    ("answered", "accepted", "finding.accepted"),
    ("accepted", "closed", "finding.closed"),
    ("accepted", "open", "finding.returned"),
    ("open", "withdrawn", "finding.withdrawn"),
    ("answered", "withdrawn", "finding.withdrawn"),
)
_KINDS = (
    "'opened', 'answer', 'measure', 'more_time', 'time_given', 'returned', 'accepted', 'closed', "
    "'withdrawn', 'escalated'"
)
_SETTLED = (
    "id, number, severity, sentence, origin, hit_id, evidence, amount_fen, opened_by, opened_at"
)


def upgrade() -> None:
    """Add both tables; what a finding says and what was said about it never changes."""
    op.create_table(
        _FINDINGS,
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("hit_id", sa.BigInteger(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_to", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "severity IN ('high', 'medium', 'low')", name=op.f("ck_audit_findings_severity")
        ),
        sa.CheckConstraint(
            "origin IN ('hit', 'sample', 'timeline', 'hand')", name=op.f("ck_audit_findings_origin")
        ),
        sa.CheckConstraint(
            "(origin = 'hit') = (hit_id IS NOT NULL)", name=op.f("ck_audit_findings_from_hit")
        ),
        sa.CheckConstraint(
            "state <> 'closed' OR closed_by IS NOT NULL",
            name=op.f("ck_audit_findings_closed_by_somebody"),
        ),
        sa.CheckConstraint(
            "severity <> 'high' OR closed_by <> opened_by",
            name=op.f("ck_audit_findings_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["hit_id"], ["standing_hits.id"], name=op.f("fk_audit_findings_hit_id_standing_hits")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.name"],
            name=op.f("fk_audit_findings_organisation_organisations"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["escalated_to"],
            ["organisations.name"],
            name=op.f("fk_audit_findings_escalated_to_organisations"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["officers.id"], name=op.f("fk_audit_findings_opened_by_officers")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["officers.id"], name=op.f("fk_audit_findings_closed_by_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_findings")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_findings_number")),
    )
    op.create_index(
        "ix_audit_findings_organisation", _FINDINGS, ["organisation", "state", "due_on"]
    )
    op.create_index("ix_audit_findings_opened_at", _FINDINGS, ["opened_at"])
    op.create_table(
        _NOTES,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column(
            "links", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("officer_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_finding_notes_kind")),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["audit_findings.id"],
            name=op.f("fk_finding_notes_finding_id_audit_findings"),
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_finding_notes_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_notes")),
    )
    op.create_index("ix_finding_notes_finding_id", _NOTES, ["finding_id", "id"])
    for before, after, event in _MOVES:
        op.execute(
            sa.text(
                "INSERT INTO legal_moves (aggregate, from_state, to_state, event) "
                "VALUES (:aggregate, :before, :after, :event)"
            ).bindparams(aggregate=_FINDINGS, before=before, after=after, event=event)
        )
    op.execute(
        f"CREATE TRIGGER legal_move BEFORE INSERT OR UPDATE OF state ON {_FINDINGS} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move()"
    )
    op.execute(
        f"CREATE TRIGGER never_edited BEFORE UPDATE OF {_SETTLED} OR DELETE ON {_FINDINGS} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {_NOTES} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in (_FINDINGS, _NOTES):
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Take both tables and the moves away."""
    op.drop_table(_NOTES)
    op.drop_table(_FINDINGS)
    op.execute("DELETE FROM legal_moves WHERE aggregate = 'audit_findings'")
