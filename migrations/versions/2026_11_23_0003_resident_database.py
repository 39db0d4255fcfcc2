"""The shared resident database: identity over time, deliveries that wait, sources, review tasks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


LEGAL_MOVES = (
    ("deliveries", "", "imported", "feed.imported"),
    ("deliveries", "", "waiting", "feed.waiting"),
    ("deliveries", "", "refused", "feed.refused"),
    ("deliveries", "waiting", "imported", "feed.confirmed"),
    ("deliveries", "waiting", "declined", "feed.declined"),
    ("review_tasks", "", "open", "task.opened"),
    ("review_tasks", "open", "answered", "task.answered"),
    ("review_tasks", "open", "settled", "task.settled"),
    ("review_tasks", "answered", "open", "task.reopened"),
    ("account_changes", "", "requested", "account_change.requested"),
    ("account_changes", "requested", "confirmed", "account_change.confirmed"),
    ("account_changes", "requested", "refused", "account_change.refused"),
    ("account_changes", "requested", "withdrawn", "account_change.withdrawn"),
)
MOVING = ("deliveries", "review_tasks", "account_changes")
# Until now the mode was not kept; these were the feeds that only add.
BACKFILL = """
UPDATE deliveries SET confirmed_at = received_at,
    as_of = (received_at AT TIME ZONE 'Asia/Shanghai')::date,
    mode = CASE WHEN feed IN ('GA_DEREG', 'GA_MIG', 'WJ_DEATH', 'MZ_CREM', 'BK_RET', 'XZ_COLL',
                              'RS_CARD') THEN 'incremental' ELSE 'full' END
"""
CHECKS = (
    ("deliveries", "state", "state IN ('imported', 'waiting', 'refused', 'declined')"),
    ("deliveries", "mode", "mode IN ('full', 'incremental', 'correction')"),
    ("persons", "not_into_itself", "merged_into <> id"),
    ("person_identifiers", "kind", "kind IN ('id18', 'birth_certificate')"),
    ("proxy_registrations", "two_people", "approved_by <> registered_by"),
    ("proxy_registrations", "kind", "kind IN ('guardian', 'institution', 'couple', 'other')"),
)
# The bytes are bound by their digests. Only their seal may be renewed: the same length, under a newer
# field key (the first byte of a sealed value is the version of its key).
BANK_FILE_GUARD = """
CREATE OR REPLACE FUNCTION refuse_edit_of_bank_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.batch_id, NEW.channel_id, NEW.file_reference, NEW.file_name,
        NEW.sha256, NEW.sm3, NEW.size_bytes, NEW.count, NEW.amount_fen, NEW.execution_date)
       IS DISTINCT FROM
       (OLD.batch_id, OLD.channel_id, OLD.file_reference, OLD.file_name,
        OLD.sha256, OLD.sm3, OLD.size_bytes, OLD.count, OLD.amount_fen, OLD.execution_date)
       OR (NEW.content_sealed IS DISTINCT FROM OLD.content_sealed AND {unless})
    THEN
        RAISE EXCEPTION 'the bytes of a bank file are never edited'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
UNLESS_RESEALED = """NOT (
           octet_length(NEW.content_sealed) = octet_length(OLD.content_sealed)
           AND substring(NEW.content_sealed for 1) > substring(OLD.content_sealed for 1))"""


def upgrade() -> None:
    op.execute(BANK_FILE_GUARD.format(unless=UNLESS_RESEALED))
    op.create_table(
        "column_mappings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("layout", sa.LargeBinary(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mappings")),
    )
    op.create_index(
        "uq_column_mappings_feed_layout", "column_mappings", ["feed", "layout"], unique=True
    )
    op.create_table(
        "divisions",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("succeeded_by", sa.Text(), nullable=True),
        sa.CheckConstraint("code ~ '^[1-9][0-9]{11}$'", name=op.f("ck_divisions_code")),
        sa.CheckConstraint(
            "level IN ('county', 'township', 'village')", name=op.f("ck_divisions_level")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_divisions")),
    )
    op.create_index("ix_divisions_parent", "divisions", ["parent"], unique=False)
    op.create_table(
        "feed_sources",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("feeds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("division", sa.Text(), server_default="", nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("watermark", sa.Text(), nullable=True),
        sa.Column("last_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('folder', 'sftp', 'push', 'database')", name=op.f("ck_feed_sources_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_sources")),
        sa.UniqueConstraint("code", name=op.f("uq_feed_sources_code")),
    )
    op.create_table(
        "feed_waivers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_waivers")),
    )
    op.create_index("ix_feed_waivers_feed", "feed_waivers", ["feed"], unique=False)
    op.create_table(
        "account_changes",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("card_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("card_index", sa.LargeBinary(), nullable=False),
        sa.Column("tail", sa.Text(), nullable=False),
        sa.Column("bank_code", sa.Text(), nullable=False),
        sa.Column("bank_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state <> 'confirmed' OR decided_by <> requested_by",
            name=op.f("ck_account_changes_two_people"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'confirmed', 'refused', 'withdrawn')",
            name=op.f("ck_account_changes_state"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_account_changes_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_changes")),
    )
    op.create_index(
        "uq_account_changes_requested",
        "account_changes",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("state = 'requested'"),
    )
    op.create_table(
        "confirmations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("answer IN ('dead', 'alive')", name=op.f("ck_confirmations_answer")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_confirmations_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
    )
    op.create_index("ix_confirmations_person_id", "confirmations", ["person_id"], unique=False)
    op.create_table(
        "delivery_contents",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("part_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_delivery_contents_delivery_id_deliveries"),
        ),
        sa.PrimaryKeyConstraint("delivery_id", "part_no", name=op.f("pk_delivery_contents")),
    )
    op.create_table(
        "feed_source_files",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_feed_source_files_delivery_id_deliveries"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["feed_sources.id"],
            name=op.f("fk_feed_source_files_source_id_feed_sources"),
        ),
        sa.PrimaryKeyConstraint("source_id", "mark", name=op.f("pk_feed_source_files")),
    )
    op.create_table(
        "feed_pushes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_feed_pushes_delivery_id_deliveries")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["feed_sources.id"], name=op.f("fk_feed_pushes_source_id_feed_sources")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_pushes")),
    )
    op.create_index(
        "uq_feed_pushes_source_id_number", "feed_pushes", ["source_id", "number"], unique=True
    )
    op.create_table(
        "identity_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('merge', 'split')", name=op.f("ck_identity_acts_kind")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_identity_acts_delivery_id_deliveries")
        ),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["persons.id"], name=op.f("fk_identity_acts_kept_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["persons.id"], name=op.f("fk_identity_acts_other_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["identity_acts.id"],
            name=op.f("fk_identity_acts_reverses_id_identity_acts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_acts")),
    )
    op.create_index("ix_identity_acts_kept_id", "identity_acts", ["kept_id"], unique=False)
    op.create_index("ix_identity_acts_other_id", "identity_acts", ["other_id"], unique=False)
    op.create_table(
        "identity_disputes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_identity_disputes_delivery_id_deliveries"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_identity_disputes_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_disputes")),
    )
    op.create_index(
        "uq_identity_disputes_open",
        "identity_disputes",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "person_names",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("known_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_to", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_person_names_delivery_id_deliveries")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_person_names_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_names")),
    )
    op.create_index("ix_person_names_person_id", "person_names", ["person_id"], unique=False)
    op.create_table(
        "review_tasks",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("other_feed", sa.Text(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column(
            "details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'settled')", name=op.f("ck_review_tasks_state")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_review_tasks_household_id_households"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_review_tasks_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_tasks")),
    )
    op.create_index("ix_review_tasks_person_id", "review_tasks", ["person_id"], unique=False)
    op.create_index(
        "uq_review_tasks_open",
        "review_tasks",
        ["kind", "subject_key"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "feed_push_pages",
        sa.Column("push_id", sa.Uuid(), nullable=False),
        sa.Column("page_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["push_id"], ["feed_pushes.id"], name=op.f("fk_feed_push_pages_push_id_feed_pushes")
        ),
        sa.PrimaryKeyConstraint("push_id", "page_no", name=op.f("pk_feed_push_pages")),
    )
    op.add_column("accounts", sa.Column("change_id", sa.Uuid(), nullable=True))
    op.alter_column("accounts", "delivery_id", existing_type=sa.UUID(), nullable=True)
    op.create_foreign_key(
        op.f("fk_accounts_change_id_account_changes"),
        "accounts",
        "account_changes",
        ["change_id"],
        ["id"],
    )
    op.add_column(
        "deliveries", sa.Column("channel", sa.Text(), server_default="file", nullable=False)
    )
    op.add_column("deliveries", sa.Column("mode", sa.Text(), nullable=True))
    op.add_column("deliveries", sa.Column("as_of", sa.Date(), nullable=True))
    op.add_column("deliveries", sa.Column("content_digest", sa.LargeBinary(), nullable=True))
    op.add_column(
        "deliveries", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute(BACKFILL)
    for name in ("mode", "as_of", "confirmed_at"):
        op.alter_column("deliveries", name, nullable=False)
    op.drop_constraint("state", "deliveries", type_="check")
    op.add_column(
        "deliveries", sa.Column("rows_late", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "deliveries", sa.Column("rows_ended", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "deliveries",
        sa.Column(
            "filled", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
    )
    op.add_column(
        "deliveries",
        sa.Column(
            "notices", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
    )
    op.add_column(
        "deliveries",
        sa.Column("suggestion", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )
    op.add_column("deliveries", sa.Column("corrects_id", sa.Uuid(), nullable=True))
    op.add_column("deliveries", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deliveries", sa.Column("decided_by", sa.Text(), nullable=True))
    op.add_column("deliveries", sa.Column("decision_reason", sa.Text(), nullable=True))
    op.drop_index(op.f("uq_deliveries_feed_sha256"), table_name="deliveries")
    op.create_index(
        "ix_deliveries_feed_received_at", "deliveries", ["feed", "received_at"], unique=False
    )
    op.create_index("ix_deliveries_feed_sha256", "deliveries", ["feed", "sha256"], unique=False)
    op.create_foreign_key(
        op.f("fk_deliveries_corrects_id_deliveries"),
        "deliveries",
        "deliveries",
        ["corrects_id"],
        ["id"],
    )
    op.add_column("officers", sa.Column("division", sa.Text(), server_default="", nullable=False))
    op.add_column("person_identifiers", sa.Column("valid_from", sa.Date(), nullable=True))
    op.add_column("person_identifiers", sa.Column("valid_to", sa.Date(), nullable=True))
    op.add_column("persons", sa.Column("merged_into", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_persons_merged_into",
        "persons",
        ["merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index("ix_persons_name", "persons", ["name"], unique=False)
    op.create_foreign_key(
        op.f("fk_persons_merged_into_persons"), "persons", "persons", ["merged_into"], ["id"]
    )
    op.add_column(
        "proxy_registrations", sa.Column("kind", sa.Text(), server_default="other", nullable=False)
    )
    op.add_column(
        "proxy_registrations",
        sa.Column("registered_by", sa.Text(), server_default="", nullable=False),
    )
    op.add_column(
        "proxy_registrations", sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("proxy_registrations", sa.Column("approved_by", sa.Text(), nullable=True))
    op.add_column(
        "proxy_registrations", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_proxy_registrations_card_index", "proxy_registrations", ["card_index"], unique=False
    )
    op.add_column("rejected_rows", sa.Column("corrected_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_rejected_rows_corrected_by_id_deliveries"),
        "rejected_rows",
        "deliveries",
        ["corrected_by_id"],
        ["id"],
    )
    op.add_column(
        "snapshots", sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    )
    op.create_index("ix_accounts_person_id", "accounts", ["person_id"])
    op.create_index("ix_account_changes_person_id", "account_changes", ["person_id"])
    op.create_index(
        "ix_feed_records_household_id",
        "feed_records",
        ["household_id"],
        postgresql_where=sa.text("household_id IS NOT NULL"),
    )
    for table, name, condition in CHECKS:
        op.create_check_constraint(name, table, condition)
    names = ("aggregate", "from_state", "to_state", "event")
    moves = sa.table("legal_moves", *(sa.column(name, sa.Text) for name in names))
    op.bulk_insert(moves, [dict(zip(names, row, strict=True)) for row in LEGAL_MOVES])
    for table in MOVING:
        op.execute(
            f"CREATE TRIGGER legal_move BEFORE INSERT OR UPDATE OF state ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move()"
        )
        op.execute(
            f"CREATE TRIGGER never_deleted BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON identity_acts "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    # The encrypted files may be written anew (lost ones, a newer key); what they say may not.
    op.execute("DROP TRIGGER never_changed ON snapshots")
    op.execute(
        "CREATE TRIGGER never_changed "
        "BEFORE UPDATE OF id, month, digest, manifest, folder, taken_at OR DELETE ON snapshots "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER never_changed ON snapshots")
    op.execute(
        "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON snapshots "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(BANK_FILE_GUARD.format(unless="true"))
    for table in MOVING:
        op.execute(f"DROP TRIGGER legal_move ON {table}")
        op.execute(f"DROP TRIGGER never_deleted ON {table}")
        op.execute(f"DELETE FROM legal_moves WHERE aggregate = '{table}'")  # noqa: S608 - constants of this file
    for table, name, _ in reversed(CHECKS):
        op.drop_constraint(name, table, type_="check")
    op.create_check_constraint("state", "deliveries", "state IN ('imported', 'refused')")
    op.drop_index("ix_feed_records_household_id", table_name="feed_records")
    op.drop_index("ix_account_changes_person_id", table_name="account_changes")
    op.drop_index("ix_accounts_person_id", table_name="accounts")
    op.drop_column("snapshots", "files")
    op.drop_constraint(
        op.f("fk_rejected_rows_corrected_by_id_deliveries"), "rejected_rows", type_="foreignkey"
    )
    op.drop_column("rejected_rows", "corrected_by_id")
    op.drop_index("ix_proxy_registrations_card_index", table_name="proxy_registrations")
    op.drop_column("proxy_registrations", "approved_at")
    op.drop_column("proxy_registrations", "approved_by")
    op.drop_column("proxy_registrations", "registered_at")
    op.drop_column("proxy_registrations", "registered_by")
    op.drop_column("proxy_registrations", "kind")
    op.drop_constraint(op.f("fk_persons_merged_into_persons"), "persons", type_="foreignkey")
    op.drop_index("ix_persons_name", table_name="persons")
    op.drop_index(
        "ix_persons_merged_into",
        table_name="persons",
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.drop_column("persons", "merged_into")
    op.drop_column("person_identifiers", "valid_to")
    op.drop_column("person_identifiers", "valid_from")
    op.drop_column("officers", "division")
    op.drop_constraint(
        op.f("fk_deliveries_corrects_id_deliveries"), "deliveries", type_="foreignkey"
    )
    op.drop_index("ix_deliveries_feed_sha256", table_name="deliveries")
    op.drop_index("ix_deliveries_feed_received_at", table_name="deliveries")
    op.create_index(
        op.f("uq_deliveries_feed_sha256"), "deliveries", ["feed", "sha256"], unique=True
    )
    op.drop_column("deliveries", "decision_reason")
    op.drop_column("deliveries", "decided_by")
    op.drop_column("deliveries", "decided_at")
    op.drop_column("deliveries", "corrects_id")
    op.drop_column("deliveries", "suggestion")
    op.drop_column("deliveries", "notices")
    op.drop_column("deliveries", "filled")
    op.drop_column("deliveries", "rows_ended")
    op.drop_column("deliveries", "rows_late")
    op.drop_column("deliveries", "confirmed_at")
    op.drop_column("deliveries", "content_digest")
    op.drop_column("deliveries", "as_of")
    op.drop_column("deliveries", "mode")
    op.drop_column("deliveries", "channel")
    op.drop_constraint(
        op.f("fk_accounts_change_id_account_changes"), "accounts", type_="foreignkey"
    )
    op.alter_column("accounts", "delivery_id", existing_type=sa.UUID(), nullable=False)
    op.drop_column("accounts", "change_id")
    op.drop_table("feed_push_pages")
    op.drop_index(
        "uq_review_tasks_open",
        table_name="review_tasks",
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index("ix_review_tasks_person_id", table_name="review_tasks")
    op.drop_table("review_tasks")
    op.drop_index("ix_person_names_person_id", table_name="person_names")
    op.drop_table("person_names")
    op.drop_index(
        "uq_identity_disputes_open",
        table_name="identity_disputes",
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.drop_table("identity_disputes")
    op.drop_index("ix_identity_acts_other_id", table_name="identity_acts")
    op.drop_index("ix_identity_acts_kept_id", table_name="identity_acts")
    op.drop_table("identity_acts")
    op.drop_index("uq_feed_pushes_source_id_number", table_name="feed_pushes")
    op.drop_table("feed_pushes")
    op.drop_table("feed_source_files")
    op.drop_table("delivery_contents")
    op.drop_index("ix_confirmations_person_id", table_name="confirmations")
    op.drop_table("confirmations")
    op.drop_index(
        "uq_account_changes_requested",
        table_name="account_changes",
        postgresql_where=sa.text("state = 'requested'"),
    )
    op.drop_table("account_changes")
    op.drop_index("ix_feed_waivers_feed", table_name="feed_waivers")
    op.drop_table("feed_waivers")
    op.drop_table("feed_sources")
    op.drop_index("ix_divisions_parent", table_name="divisions")
    op.drop_table("divisions")
    op.drop_index("uq_column_mappings_feed_layout", table_name="column_mappings")
    op.drop_table("column_mappings")
