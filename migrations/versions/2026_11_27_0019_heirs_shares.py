"""Several heirs with shares; a held line may be replaced by one line for each of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "heir_registrations"
_WHOLE = 3_603_600
_MOVE = {
    "aggregate": "payments",
    "from_state": "held",
    "to_state": "reissued",
    "event": "payment.divided",
}
_NEW = ("relation", "share_num", "share_den", "evidence")
_GUARD = """
CREATE OR REPLACE FUNCTION refuse_edit_of_heir() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR ({new}NEW.id, NEW.person_id, NEW.heir_person_id, NEW.basis, NEW.reason,
           NEW.registered_by, NEW.registered_at)
          IS DISTINCT FROM
          ({old}OLD.id, OLD.person_id, OLD.heir_person_id, OLD.basis, OLD.reason,
           OLD.registered_by, OLD.registered_at)
       OR OLD.ended_at IS NOT NULL
       OR (OLD.approved_at IS NOT NULL AND (NEW.approved_by, NEW.approved_at)
           IS DISTINCT FROM (OLD.approved_by, OLD.approved_at))
    THEN
        RAISE EXCEPTION 'a registered heir is never edited; a registration ends'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
_SHARES = f"""
CREATE FUNCTION refuse_too_many_shares() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(share_num::bigint * ({_WHOLE} / share_den)) FROM heir_registrations
        WHERE person_id = NEW.person_id AND ended_at IS NULL) > {_WHOLE}
    THEN
        RAISE EXCEPTION 'the shares of an estate are more than the whole'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""  # noqa: S608 - constants of this module


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("relation", sa.Text(), server_default="other", nullable=False))
    op.add_column(
        _TABLE, sa.Column("share_num", sa.BigInteger(), server_default="1", nullable=False)
    )
    op.add_column(
        _TABLE, sa.Column("share_den", sa.BigInteger(), server_default="1", nullable=False)
    )
    op.add_column(_TABLE, sa.Column("evidence", sa.Text(), server_default="", nullable=False))
    op.add_column(_TABLE, sa.Column("ended_reason", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_heir_registrations_relation"),
        _TABLE,
        "relation IN ('spouse', 'child', 'parent', 'sibling', 'grandchild', 'other')",
    )
    op.create_check_constraint(
        op.f("ck_heir_registrations_share"),
        _TABLE,
        f"share_num BETWEEN 1 AND share_den AND {_WHOLE} % share_den = 0",
    )
    _standing("person_id", "heir_person_id")
    op.execute(_guard(_NEW))
    op.execute(_SHARES)
    op.execute(
        "CREATE TRIGGER within_the_whole AFTER INSERT ON heir_registrations "
        "FOR EACH ROW EXECUTE FUNCTION refuse_too_many_shares()"
    )
    op.bulk_insert(sa.table("legal_moves", *(sa.column(name, sa.Text) for name in _MOVE)), [_MOVE])


def downgrade() -> None:
    op.execute("DELETE FROM legal_moves WHERE event = 'payment.divided'")
    op.execute("DROP FUNCTION refuse_too_many_shares() CASCADE")
    op.execute(_guard(()))
    _standing("person_id")
    op.drop_constraint(op.f("ck_heir_registrations_share"), _TABLE, type_="check")
    op.drop_constraint(op.f("ck_heir_registrations_relation"), _TABLE, type_="check")
    for name in ("ended_reason", *reversed(_NEW)):
        op.drop_column(_TABLE, name)


def _standing(*columns: str) -> None:
    op.drop_index("uq_heir_registrations_standing", table_name=_TABLE)
    op.create_index(
        "uq_heir_registrations_standing",
        _TABLE,
        list(columns),
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _guard(columns: tuple[str, ...]) -> str:
    new, old = ("".join(f"{row}.{name}, " for name in columns) for row in ("NEW", "OLD"))
    return _GUARD.format(new=new, old=old)
