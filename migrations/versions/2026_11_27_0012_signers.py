"""Signers: keys that two people register, what comes with a signature, time-stamps."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Whose key it is and what it is stand; only its being confirmed, revoked and counted move on, forward.
FUNCTIONS = (
    """
    CREATE FUNCTION refuse_edit_of_key() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.officer_id, NEW.algorithm, NEW.public_key, NEW.credential_id, NEW.certificate,
            NEW.chain, NEW.registered_at)
           IS DISTINCT FROM
           (OLD.officer_id, OLD.algorithm, OLD.public_key, OLD.credential_id, OLD.certificate,
            OLD.chain, OLD.registered_at)
           OR (OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at, NEW.confirmed_by)
               IS DISTINCT FROM (OLD.confirmed_at, OLD.confirmed_by))
           OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
           OR NEW.sign_count < OLD.sign_count
        THEN
            RAISE EXCEPTION 'a signing key is confirmed, counted and revoked, never edited'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION refuse_edit_of_question() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.used_at IS NOT NULL OR NEW.used_at IS NULL OR
           (NEW.challenge, NEW.officer_id, NEW.issued_at, NEW.expires_at)
           IS DISTINCT FROM (OLD.challenge, OLD.officer_id, OLD.issued_at, OLD.expires_at)
        THEN
            RAISE EXCEPTION 'a question is answered once and never edited'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
)
TRIGGERS = (
    "CREATE TRIGGER never_edited BEFORE UPDATE ON signing_keys "
    "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_key()",
    "CREATE TRIGGER never_deleted BEFORE DELETE ON signing_keys "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER used_once BEFORE UPDATE ON passkey_questions "
    "FOR EACH ROW EXECUTE FUNCTION refuse_edit_of_question()",
    "CREATE TRIGGER never_deleted BEFORE DELETE ON passkey_questions "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    *(
        f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in ("signature_evidence", "time_stamps")
    ),
)


def upgrade() -> None:
    for column in (
        sa.Column("credential_id", sa.LargeBinary(), nullable=True),
        sa.Column("sign_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("chain", postgresql.ARRAY(sa.LargeBinary()), server_default="{}", nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("signing_keys", column)
    # Keys of before were registered by the system's own command, which vouched for them.
    op.execute("UPDATE signing_keys SET confirmed_at = registered_at")
    op.create_foreign_key(
        op.f("fk_signing_keys_confirmed_by_officers"),
        "signing_keys",
        "officers",
        ["confirmed_by"],
        ["id"],
    )
    op.create_unique_constraint(
        op.f("uq_signing_keys_credential_id"), "signing_keys", ["credential_id"]
    )
    op.create_check_constraint("two_people", "signing_keys", "confirmed_by <> officer_id")
    op.create_check_constraint("sign_count", "signing_keys", "sign_count >= 0")
    op.create_table(
        "passkey_questions",
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "octet_length(challenge) = 32", name=op.f("ck_passkey_questions_challenge_length")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_passkey_questions_officer_id_officers")
        ),
        sa.PrimaryKeyConstraint("challenge", name=op.f("pk_passkey_questions")),
    )
    op.create_table(
        "signature_evidence",
        sa.Column("signature_id", sa.Uuid(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["signature_id"],
            ["signatures.id"],
            name=op.f("fk_signature_evidence_signature_id_signatures"),
        ),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pk_signature_evidence")),
    )
    op.create_table(
        "time_stamps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_time_stamps_digest_length")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_time_stamps_batch_id_batches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_stamps")),
        sa.UniqueConstraint("batch_id", "round", name=op.f("uq_time_stamps_batch_id_round")),
    )
    for statement in (*FUNCTIONS, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP FUNCTION refuse_edit_of_key() CASCADE")
    op.execute("DROP FUNCTION refuse_edit_of_question() CASCADE")
    op.execute("DROP TRIGGER never_deleted ON signing_keys")
    for table in ("time_stamps", "signature_evidence", "passkey_questions"):
        op.drop_table(table)
    op.drop_constraint("sign_count", "signing_keys", type_="check")
    op.drop_constraint("two_people", "signing_keys", type_="check")
    op.drop_constraint("uq_signing_keys_credential_id", "signing_keys", type_="unique")
    op.drop_constraint("fk_signing_keys_confirmed_by_officers", "signing_keys", type_="foreignkey")
    for name in (
        "confirmed_at",
        "confirmed_by",
        "chain",
        "certificate",
        "sign_count",
        "credential_id",
    ):
        op.drop_column("signing_keys", name)
