"""Organisations, duties with place, programmes and days, three administrators, emergency access."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LEGAL_MOVES = (
    ("duty_grants", "", "asked", "duty.asked"),
    ("duty_grants", "asked", "granted", "duty.granted"),
    ("duty_grants", "asked", "refused", "duty.refused"),
    ("duty_grants", "asked", "withdrawn", "duty.withdrawn"),
    ("duty_grants", "", "granted", "duty.set_up"),
    ("duty_grants", "granted", "ended", "duty.ended"),
    ("emergency_accesses", "", "asked", "emergency.asked"),
    ("emergency_accesses", "asked", "open", "emergency.opened"),
    ("emergency_accesses", "asked", "refused", "emergency.refused"),
    ("emergency_accesses", "asked", "withdrawn", "emergency.withdrawn"),
    ("emergency_accesses", "open", "closed", "emergency.closed"),
)
MOVING = ("duty_grants", "emergency_accesses")
BEFORE = "'maker','reviewer','signer','reconciler','steward','policy','auditor','administrator'"
KNOWN = (
    "'maker','reviewer','signer','reconciler','steward','policy','auditor',"
    "'system_administrator','security_administrator'"
)
ALONE = "'auditor','system_administrator','security_administrator'"
# Pairs beside those with one of the three who are alone.
EXCLUSIVE = (
    "('maker','reviewer'), ('maker','signer'), ('maker','reconciler'), ('reviewer','signer'), "
    "('reviewer','reconciler'), ('signer','reconciler'), ('steward','reviewer'), "
    "('steward','signer'), ('steward','reconciler'), ('policy','reviewer'), ('policy','signer')"
)
FUNCTIONS = (
    # The first officer of an office makes it; its kind is described later.
    """
    CREATE FUNCTION make_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO organisations (name) VALUES (NEW.organisation) ON CONFLICT DO NOTHING;
        RETURN NEW;
    END $$
    """,
    # The officer's row is locked first: two grants at once cannot pass one another.
    f"""
    CREATE FUNCTION refuse_wrong_grant() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND (
            (NEW.id, NEW.officer_id, NEW.duty, NEW.division, NEW.programmes, NEW.departments,
             NEW.starts_on, NEW.ends_on, NEW.reason, NEW.asked_by, NEW.asked_at)
            IS DISTINCT FROM
            (OLD.id, OLD.officer_id, OLD.duty, OLD.division, OLD.programmes, OLD.departments,
             OLD.starts_on, OLD.ends_on, OLD.reason, OLD.asked_by, OLD.asked_at)
            OR (OLD.confirmed_by IS NOT NULL AND NEW.confirmed_by IS DISTINCT FROM OLD.confirmed_by)
        ) THEN
            RAISE EXCEPTION 'what was asked for is never edited' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.state <> 'granted' THEN RETURN NEW; END IF;
        PERFORM 1 FROM officers WHERE id = NEW.officer_id FOR UPDATE;
        IF EXISTS (
            SELECT 1 FROM duty_grants held
            WHERE held.officer_id = NEW.officer_id AND held.id <> NEW.id
              AND held.state = 'granted' AND held.duty <> NEW.duty
              AND (held.ends_on IS NULL OR held.ends_on >= current_date)
              AND (held.duty IN ({ALONE}) OR NEW.duty IN ({ALONE})
                   OR (held.duty, NEW.duty) IN ({EXCLUSIVE})
                   OR (NEW.duty, held.duty) IN ({EXCLUSIVE}))
        ) THEN
            RAISE EXCEPTION '% excludes a duty that the officer holds', NEW.duty
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,  # noqa: S608 - constants of this file
    """
    CREATE FUNCTION refuse_wrong_emergency() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.id, NEW.officer_id, NEW.reason, NEW.minutes, NEW.asked_at)
           IS DISTINCT FROM (OLD.id, OLD.officer_id, OLD.reason, OLD.minutes, OLD.asked_at)
           OR (OLD.state <> 'asked' AND
               (NEW.confirmed_by, NEW.confirmed_at, NEW.until)
               IS DISTINCT FROM (OLD.confirmed_by, OLD.confirmed_at, OLD.until))
           OR (OLD.reviewed_at IS NOT NULL AND
               (NEW.reviewed_by, NEW.reviewed_at, NEW.review_note)
               IS DISTINCT FROM (OLD.reviewed_by, OLD.reviewed_at, OLD.review_note))
        THEN
            RAISE EXCEPTION 'an emergency access is never edited' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    # Nobody reads without the duty unless a second person has confirmed it, and not a minute longer.
    """
    CREATE FUNCTION refuse_unwitnessed_emergency() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.emergency_until IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM emergency_accesses
            WHERE officer_id = NEW.id AND state = 'open' AND until = NEW.emergency_until
        ) THEN
            RAISE EXCEPTION 'an emergency needs a second person' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION refuse_deleting_officers_record() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is never deleted', TG_TABLE_NAME USING ERRCODE = 'check_violation';
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
        "FOR EACH ROW EXECUTE FUNCTION refuse_deleting_officers_record()"
        for table in MOVING
    ),
    "CREATE TRIGGER exclusive BEFORE INSERT OR UPDATE ON duty_grants "
    "FOR EACH ROW EXECUTE FUNCTION refuse_wrong_grant()",
    "CREATE TRIGGER never_edited BEFORE UPDATE ON emergency_accesses "
    "FOR EACH ROW EXECUTE FUNCTION refuse_wrong_emergency()",
    "CREATE TRIGGER witnessed BEFORE INSERT OR UPDATE OF emergency_until ON officers "
    "FOR EACH ROW EXECUTE FUNCTION refuse_unwitnessed_emergency()",
    "CREATE TRIGGER organisation_is_known BEFORE INSERT OR UPDATE OF organisation ON officers "
    "FOR EACH ROW EXECUTE FUNCTION make_organisation()",
)
# Somebody must be able to say what the others may do: the first of the active administrators.
SPLIT = """
UPDATE officers SET duties = CASE
    WHEN id = (SELECT id FROM officers WHERE 'administrator' = ANY(duties)
               ORDER BY active DESC, id LIMIT 1)
    THEN ARRAY['security_administrator'] ELSE ARRAY['system_administrator'] END
WHERE 'administrator' = ANY(duties)
"""
JOIN = """
UPDATE officers SET duties = ARRAY['administrator']
WHERE duties && ARRAY['system_administrator','security_administrator']
"""
# Whoever is there keeps the duties, where they counted until now and for all programmes.
GRANTS = """
INSERT INTO duty_grants (id, state, officer_id, duty, division, programmes, departments, starts_on,
                         reason, asked_at, confirmed_at)
SELECT gen_random_uuid(), 'granted', o.id, duty, o.division, '{}', '{}', current_date,
       'held before duties had scopes', now(), now()
FROM officers o, unnest(o.duties) AS duty
"""
SCOPES = """
UPDATE officers o SET scopes = held.scopes
FROM (SELECT officer_id, jsonb_object_agg(duty, jsonb_build_array(jsonb_build_object(
          'division', division, 'programmes', '[]'::jsonb, 'departments', '[]'::jsonb,
          'from', starts_on::text, 'to', NULL))) AS scopes
      FROM duty_grants GROUP BY officer_id) held
WHERE held.officer_id = o.id
"""


def upgrade() -> None:
    op.create_table(
        "organisations",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="other", nullable=False),
        sa.Column("division", sa.Text(), server_default="", nullable=False),
        sa.Column("department", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind IN ('civil_affairs','finance','department','township','village','audit','other')",
            name=op.f("ck_organisations_kind"),
        ),
        sa.CheckConstraint("division ~ '^[0-9]{0,12}$'", name=op.f("ck_organisations_division")),
        sa.CheckConstraint(
            "kind NOT IN ('township','village') OR division <> ''",
            name=op.f("ck_organisations_has_place"),
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_organisations")),
    )
    op.execute("INSERT INTO organisations (name) SELECT DISTINCT organisation FROM officers")
    op.create_foreign_key(
        op.f("fk_officers_organisation_organisations"),
        "officers",
        "organisations",
        ["organisation"],
        ["name"],
        onupdate="CASCADE",
    )
    op.execute("UPDATE officers SET division = '' WHERE division !~ '^[0-9]*$'")
    op.create_check_constraint("division", "officers", "division ~ '^[0-9]*$'")
    op.add_column(
        "officers",
        sa.Column(
            "scopes", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
    )
    op.add_column(
        "officers", sa.Column("emergency_until", sa.DateTime(timezone=True), nullable=True)
    )
    _make_grants()
    _make_emergencies()
    op.drop_constraint("duties_known", "officers", type_="check")
    op.drop_constraint("no_power_over_money", "officers", type_="check")
    op.execute(SPLIT)
    op.create_check_constraint("duties_known", "officers", f"duties <@ ARRAY[{KNOWN}]")
    op.create_check_constraint(
        "no_power_over_money",
        "officers",
        f"NOT (duties && ARRAY[{ALONE}]) OR cardinality(duties) = 1",
    )
    moves = sa.table(
        "legal_moves",
        *(sa.column(name, sa.Text) for name in ("aggregate", "from_state", "to_state", "event")),
    )
    names = ("aggregate", "from_state", "to_state", "event")
    op.bulk_insert(moves, [dict(zip(names, row, strict=True)) for row in LEGAL_MOVES])
    op.execute(GRANTS)
    op.execute(SCOPES)
    for statement in (*FUNCTIONS, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    for name in (
        "make_organisation",
        "refuse_wrong_grant",
        "refuse_wrong_emergency",
        "refuse_unwitnessed_emergency",
        "refuse_deleting_officers_record",
    ):
        op.execute(f"DROP FUNCTION {name}() CASCADE")
    for table in MOVING:
        op.execute(f"DELETE FROM legal_moves WHERE aggregate = '{table}'")  # noqa: S608 - constants of this file
        op.drop_table(table)
    for name in ("duties_known", "no_power_over_money", "division"):
        op.drop_constraint(name, "officers", type_="check")
    op.execute(JOIN)
    op.create_check_constraint("duties_known", "officers", f"duties <@ ARRAY[{BEFORE}]")
    op.create_check_constraint(
        "no_power_over_money",
        "officers",
        "NOT (duties && ARRAY['administrator','auditor']) OR cardinality(duties) = 1",
    )
    op.drop_constraint("fk_officers_organisation_organisations", "officers", type_="foreignkey")
    op.drop_column("officers", "emergency_until")
    op.drop_column("officers", "scopes")
    op.drop_table("organisations")


def _make_grants() -> None:
    checks = {
        "state": "state IN ('asked', 'granted', 'refused', 'withdrawn', 'ended')",
        "division": "division ~ '^[0-9]{0,12}$'",
        "days": "ends_on >= starts_on",
        "two_people": "confirmed_by <> asked_by",
        "not_ones_own": "asked_by <> officer_id AND confirmed_by <> officer_id",
        "confirmed": "state NOT IN ('granted', 'ended') OR asked_by IS NULL "
        "OR confirmed_by IS NOT NULL",
        "ended": "state IN ('asked', 'granted') OR ended_at IS NOT NULL",
        "reviewed_by_another": "reviewed_by <> officer_id",
    }
    op.create_table(
        "duty_grants",
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("programmes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *_constraints("duty_grants", checks, "officer_id asked_by confirmed_by reviewed_by"),
    )
    op.create_index("ix_duty_grants_officer_id", "duty_grants", ["officer_id"])
    op.create_index("ix_duty_grants_state", "duty_grants", ["state"])


def _make_emergencies() -> None:
    checks = {
        "state": "state IN ('asked', 'open', 'refused', 'withdrawn', 'closed')",
        "an_hour_at_most": "minutes BETWEEN 1 AND 60",
        "two_people": "confirmed_by <> officer_id",
        "confirmed": "state NOT IN ('open', 'closed') OR "
        "(confirmed_by IS NOT NULL AND confirmed_at IS NOT NULL AND until IS NOT NULL)",
        "over_after_the_hour": "until <= confirmed_at + interval '60 minutes'",
    }
    op.create_table(
        "emergency_accesses",
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *_constraints("emergency_accesses", checks, "officer_id confirmed_by reviewed_by"),
    )
    op.create_index("ix_emergency_accesses_officer_id", "emergency_accesses", ["officer_id"])


def _constraints(table: str, checks: dict[str, str], officers: str) -> list[sa.Constraint]:
    """Return a table's checks, its references to officers, and its key."""
    return [
        *(
            sa.CheckConstraint(said, name=op.f(f"ck_{table}_{name}"))
            for name, said in checks.items()
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["officers.id"], name=op.f(f"fk_{table}_{column}_officers")
            )
            for column in officers.split()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
