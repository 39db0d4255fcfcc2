"""Webhooks: endpoints, their secrets, events beside what they tell, deliveries and their tries."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0063"
down_revision: str | None = "0059"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOVES = (
    ("", "proposed", "webhook.proposed"),
    ("proposed", "active", "webhook.confirmed"),
    ("proposed", "refused", "webhook.refused"),
    ("proposed", "withdrawn", "webhook.withdrawn"),
    ("active", "off", "webhook.switched_off"),
    ("off", "active", "webhook.switched_on"),
    ("active", "ended", "webhook.ended"),
    ("off", "ended", "webhook.ended"),
)
_SETTLED = "id, name, url, division, programmes, kinds, proposed_by, proposed_at"
_MOMENT = sa.DateTime(timezone=True)
_TEXTS = postgresql.ARRAY(sa.Text())
_NUMBERS = postgresql.ARRAY(sa.BigInteger())


def upgrade() -> None:
    """Add the tables; where events go, what they say and what became of a try never change."""
    _endpoints()
    _secrets()
    _events()
    _deliveries()
    for before, after, event in _MOVES:
        op.execute(
            sa.text(
                "INSERT INTO legal_moves (aggregate, from_state, to_state, event) "
                "VALUES ('webhook_endpoints', :before, :after, :event)"
            ).bindparams(before=before, after=after, event=event)
        )
    op.execute(
        "CREATE TRIGGER legal_move BEFORE INSERT OR UPDATE OF state ON webhook_endpoints "
        "FOR EACH ROW EXECUTE FUNCTION refuse_illegal_move()"
    )
    op.execute(
        f"CREATE TRIGGER never_edited BEFORE UPDATE OF {_SETTLED} OR DELETE ON webhook_endpoints "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in ("webhook_events", "webhook_tries"):
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _endpoints() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("programmes", _TEXTS, nullable=False),
        sa.Column("kinds", _TEXTS, nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", _MOMENT, nullable=True),
        sa.Column("off_at", _MOMENT, nullable=True),
        sa.Column("off_because", sa.Text(), server_default="", nullable=False),
        sa.Column("failing_since", _MOMENT, nullable=True),
        sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("not_before", _MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "confirmed_by <> proposed_by", name=op.f("ck_webhook_endpoints_two_people")
        ),
        sa.CheckConstraint(
            "state NOT IN ('active', 'off') OR confirmed_by IS NOT NULL",
            name=op.f("ck_webhook_endpoints_confirmed"),
        ),
        sa.CheckConstraint(
            "cardinality(programmes) > 0", name=op.f("ck_webhook_endpoints_has_programmes")
        ),
        sa.CheckConstraint("cardinality(kinds) > 0", name=op.f("ck_webhook_endpoints_has_kinds")),
        sa.CheckConstraint(
            "division ~ '^([1-9][0-9]{8})?$'", name=op.f("ck_webhook_endpoints_division")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.name"],
            name=op.f("fk_webhook_endpoints_organisation_organisations"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["officers.id"], name=op.f("fk_webhook_endpoints_proposed_by_officers")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"],
            ["officers.id"],
            name=op.f("fk_webhook_endpoints_confirmed_by_officers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoints")),
    )


def _secrets() -> None:
    op.create_table(
        "webhook_secrets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoints.id"],
            name=op.f("fk_webhook_secrets_endpoint_id_webhook_endpoints"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_secrets")),
    )
    op.create_index("ix_webhook_secrets_endpoint_id", "webhook_secrets", ["endpoint_id"])


def _events() -> None:
    op.create_table(
        "webhook_events",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", _MOMENT, nullable=False),
        sa.Column("lane", sa.Uuid(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), server_default="", nullable=False),
        sa.Column("month", sa.Text(), server_default="", nullable=False),
        sa.Column("division", sa.Text(), server_default="", nullable=False),
        sa.Column("count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("payments", _NUMBERS, server_default="{}", nullable=False),
        sa.Column("amounts_fen", _NUMBERS, server_default="{}", nullable=False),
        sa.Column("periods", _TEXTS, server_default="{}", nullable=False),
        sa.Column("codes", _TEXTS, server_default="{}", nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("ck_webhook_events_version")),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoints.id"],
            name=op.f("fk_webhook_events_endpoint_id_webhook_endpoints"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_events")),
        sa.UniqueConstraint("seq", name=op.f("uq_webhook_events_seq")),
    )
    op.create_index("ix_webhook_events_occurred_at", "webhook_events", ["occurred_at"])


def _deliveries() -> None:
    both = (("endpoint_id", "webhook_endpoints"), ("event_id", "webhook_events"))
    op.create_table(
        "webhook_deliveries",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.Uuid(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=True),
        sa.Column("delivered_at", _MOMENT, nullable=True),
        sa.Column("parked_at", _MOMENT, nullable=True),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(due_at, delivered_at, parked_at) = 1",
            name=op.f("ck_webhook_deliveries_one_outcome"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_webhook_deliveries_{column}_{table}")
            )
            for column, table in both
        ),
        sa.PrimaryKeyConstraint("endpoint_id", "event_id", name=op.f("pk_webhook_deliveries")),
    )
    waiting = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_webhook_deliveries_due",
        "webhook_deliveries",
        ["endpoint_id", "due_at"],
        postgresql_where=waiting,
    )
    op.create_index(
        "ix_webhook_deliveries_lane",
        "webhook_deliveries",
        ["endpoint_id", "lane", "seq"],
        postgresql_where=waiting,
    )
    op.create_index("ix_webhook_deliveries_seq", "webhook_deliveries", ["endpoint_id", "seq"])
    op.create_table(
        "webhook_tries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_webhook_tries_{column}_{table}")
            )
            for column, table in both
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_tries")),
    )
    op.create_index("ix_webhook_tries_event", "webhook_tries", ["endpoint_id", "event_id", "id"])


def downgrade() -> None:
    """Take the tables and the moves away."""
    for table in ("tries", "deliveries", "events", "secrets", "endpoints"):
        op.drop_table(f"webhook_{table}")
    op.execute("DELETE FROM legal_moves WHERE aggregate = 'webhook_endpoints'")
