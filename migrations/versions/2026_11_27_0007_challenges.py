"""Signing over challenges: one manifest a signature, nonces used once, grounds beside the manifest."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A challenge is answered once: it may only ever become used.
FUNCTION = """
    CREATE FUNCTION refuse_edit_of_challenge() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.used_at IS NOT NULL OR NEW.used_at IS NULL OR
           (NEW.nonce, NEW.manifest_id, NEW.officer_id, NEW.role, NEW.issued_at, NEW.expires_at)
           IS DISTINCT FROM
           (OLD.nonce, OLD.manifest_id, OLD.officer_id, OLD.role, OLD.issued_at, OLD.expires_at)
        THEN
            RAISE EXCEPTION 'a challenge is used once and never edited'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """
# Only what was signed before challenges has none.
ANSWERS = """
    CREATE FUNCTION refuse_signature_without_challenge() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT 1 FROM signing_challenges
            WHERE nonce = NEW.nonce AND manifest_id = NEW.manifest_id
              AND officer_id = NEW.officer_id AND used_at IS NOT NULL
              AND NEW.signed_at <= expires_at
        ) THEN
            RAISE EXCEPTION 'a signature answers a challenge of its own'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """
TRIGGERS = (
    "CREATE TRIGGER used_once BEFORE UPDATE ON signing_challenges "
    "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_challenge()",
    "CREATE TRIGGER never_deleted BEFORE DELETE ON signing_challenges "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON signing_challenges "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER answers_a_challenge BEFORE INSERT ON signatures "
    "FOR EACH ROW EXECUTE FUNCTION refuse_signature_without_challenge()",
)


def upgrade() -> None:
    op.add_column(
        "manifests", sa.Column("position", sa.BigInteger(), server_default="1", nullable=False)
    )
    op.add_column("manifests", sa.Column("screening", sa.LargeBinary(), nullable=True))
    op.add_column("manifests", sa.Column("notice", sa.LargeBinary(), nullable=True))
    op.drop_constraint("uq_manifests_batch_id_round", "manifests", type_="unique")
    op.create_unique_constraint(
        op.f("uq_manifests_batch_id_round_position"), "manifests", ["batch_id", "round", "position"]
    )
    op.create_check_constraint("position_positive", "manifests", "position > 0")
    op.create_table(
        "signing_challenges",
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("manifest_id", sa.Uuid(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "octet_length(nonce) = 32", name=op.f("ck_signing_challenges_nonce_length")
        ),
        sa.CheckConstraint(
            "expires_at > issued_at", name=op.f("ck_signing_challenges_expires_later")
        ),
        sa.ForeignKeyConstraint(
            ["manifest_id"],
            ["manifests.id"],
            name=op.f("fk_signing_challenges_manifest_id_manifests"),
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_signing_challenges_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_signing_challenges")),
    )
    op.create_index(
        "ix_signing_challenges_manifest_id", "signing_challenges", ["manifest_id"], unique=False
    )
    op.add_column("signatures", sa.Column("nonce", sa.LargeBinary(), nullable=True))
    op.create_unique_constraint(op.f("uq_signatures_nonce"), "signatures", ["nonce"])
    op.create_unique_constraint(op.f("uq_signatures_manifest_id"), "signatures", ["manifest_id"])
    op.drop_constraint("uq_signatures_manifest_id_officer_id", "signatures", type_="unique")
    op.create_foreign_key(
        op.f("fk_signatures_nonce_signing_challenges"),
        "signatures",
        "signing_challenges",
        ["nonce"],
        ["nonce"],
    )
    for statement in (FUNCTION, ANSWERS, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP FUNCTION refuse_signature_without_challenge() CASCADE")
    op.execute("DROP FUNCTION refuse_edit_of_challenge() CASCADE")
    op.drop_constraint("fk_signatures_nonce_signing_challenges", "signatures", type_="foreignkey")
    op.drop_constraint("uq_signatures_nonce", "signatures", type_="unique")
    op.drop_constraint("uq_signatures_manifest_id", "signatures", type_="unique")
    op.create_unique_constraint(
        "uq_signatures_manifest_id_officer_id", "signatures", ["manifest_id", "officer_id"]
    )
    op.drop_column("signatures", "nonce")
    op.drop_index("ix_signing_challenges_manifest_id", table_name="signing_challenges")
    op.drop_table("signing_challenges")
    op.drop_constraint("position_positive", "manifests", type_="check")
    op.drop_constraint("uq_manifests_batch_id_round_position", "manifests", type_="unique")
    op.create_unique_constraint("uq_manifests_batch_id_round", "manifests", ["batch_id", "round"])
    op.drop_column("manifests", "notice")
    op.drop_column("manifests", "screening")
    op.drop_column("manifests", "position")
