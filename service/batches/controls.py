"""What is screened before people look: each control a code, two sentences, and how it is found.

A control never decides; it holds the line and says why. Sources: security of payments to the dead
and to shared accounts as national audits found them; situations 3, 12, 38 and 40 of the domain.
"""

from dataclasses import dataclass
from unicodedata import category

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.foundation import clock


@dataclass(frozen=True)
class Control:
    """One check: ``sql`` selects ids of lines in the temporary table ``building``."""

    code: str
    en: str
    zh: str
    sql: str


_DEATHS = """
CREATE TEMPORARY TABLE deaths ON COMMIT DROP AS
    SELECT r.person_id, count(DISTINCT r.feed) AS sources
    FROM feed_records r
    WHERE r.known_to IS NULL AND r.person_id IS NOT NULL
      AND (r.feed IN ('WJ_DEATH', 'MZ_CREM') OR (r.feed = 'GA_DEREG' AND r.data->>'reason' = '死亡'))
    GROUP BY r.person_id
"""

# A ward on the card of the guardian whom the civil affairs office registered is no sharing, nor is
# anybody on the proxy register.
_SHARED = """
WITH several AS (
    SELECT a.card_index
    FROM (SELECT DISTINCT card_index FROM building WHERE card_index IS NOT NULL) mine
    JOIN accounts a ON a.card_index = mine.card_index AND a.known_to IS NULL
    GROUP BY a.card_index HAVING count(DISTINCT a.person_id) > 1
),
holders AS (
    SELECT a.card_index, a.person_id FROM accounts a JOIN several USING (card_index)
    WHERE a.known_to IS NULL
),
strangers AS (
    SELECT h.card_index FROM holders h
    WHERE NOT EXISTS (
        SELECT 1 FROM feed_records r JOIN holders g
          ON g.card_index = h.card_index AND g.person_id = (r.data->>'guardian_person_id')::bigint
        WHERE r.feed = 'MZ_CHILD' AND r.known_to IS NULL AND r.person_id = h.person_id)
      AND NOT EXISTS (
        SELECT 1 FROM proxy_registrations x
        WHERE x.card_index = h.card_index AND x.person_id = h.person_id
          AND (x.valid_to IS NULL OR x.valid_to >= current_date))
    GROUP BY h.card_index HAVING count(DISTINCT h.person_id) > 1
)
SELECT b.id FROM building b JOIN strangers USING (card_index)
"""

CONTROLS: tuple[Control, ...] = (
    Control(
        "death_reported",
        "One source reports this person's death; it is not confirmed yet.",
        "有一个来源报告该对象已去世，尚待核实。",
        "SELECT b.id FROM building b "
        "WHERE b.payee_person_id IN (SELECT person_id FROM deaths WHERE sources = 1) "
        "OR b.subject_person_id IN (SELECT person_id FROM deaths WHERE sources = 1)",
    ),
    Control(
        "payee_dead",
        "This person has died; the month of death is due to the heirs, not to this account.",
        "该对象已去世；当月应发部分须由继承人领取，不得发入本人账户。",
        "SELECT b.id FROM building b "
        "WHERE b.payee_person_id IN (SELECT person_id FROM deaths WHERE sources > 1) "
        "OR b.subject_person_id IN (SELECT person_id FROM deaths WHERE sources > 1)",
    ),
    Control(
        "no_account",
        "No bank account is known for this person.",
        "没有该对象的银行账户信息。",
        "SELECT b.id FROM building b WHERE b.account_id IS NULL",
    ),
    Control(
        "account_not_usable",
        "The card office says this account cannot receive money (not activated, dormant, lost, "
        "closed or stopped).",
        "社保卡账户不可入账（未激活、睡眠、挂失、销户或止付）。",
        "SELECT b.id FROM building b WHERE b.account_status <> '正常'",
    ),
    Control(
        "account_unverified",
        "The bank has not confirmed who holds this account.",
        "银行尚未确认该账户的户名与证号。",
        "SELECT b.id FROM building b WHERE b.account_id IS NOT NULL "
        "AND coalesce(b.verdict, 'unavailable') = 'unavailable'",
    ),
    Control(
        "account_name_mismatch",
        "The bank says the account's holder is not this person.",
        "银行核验：账户户名或证号与该对象不一致。",
        "SELECT b.id FROM building b WHERE b.verdict = 'mismatch'",
    ),
    Control(
        "shared_account",
        "Several people without a registered proxy share this account.",
        "多个对象共用此账户，且未登记代领关系。",
        _SHARED,
    ),
    Control(
        "no_channel",
        "No bank of the county pays to this account's bank.",
        "没有可向该开户行付款的代发银行。",
        "SELECT b.id FROM building b WHERE b.account_id IS NOT NULL AND b.channel_id IS NULL",
    ),
    Control(
        "charset_unsendable",
        "The name holds a character that the bank's system cannot write; it is never replaced.",
        "姓名中有银行系统无法表示的字，系统绝不替换。",
        "",
    ),
)

BY_CODE = {control.code: control for control in CONTROLS}

_FORBIDDEN = frozenset('|,"\r\n\t')
_FORMULA_STARTS = frozenset("=+-@＝＋－＠")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


def screen(session: Session) -> dict[str, int]:
    """Run every control over ``building`` and fill ``building_holds``; return hits by control."""
    session.execute(text("DROP TABLE IF EXISTS deaths, building_holds"))
    session.execute(
        text("CREATE TEMPORARY TABLE building_holds (id bigint, control text) ON COMMIT DROP")
    )
    session.execute(text(_DEATHS))
    hits: dict[str, int] = {}
    for control in CONTROLS:
        if control.sql:
            found = session.execute(
                text(
                    f"INSERT INTO building_holds SELECT DISTINCT q.id, '{control.code}' "  # noqa: S608 - constants of this module
                    f"FROM ({control.sql}) q RETURNING id"
                )
            ).all()
            hits[control.code] = len(found)
    hits["charset_unsendable"] = _screen_charset(session)
    session.execute(text("CREATE INDEX ON building_holds (id)"))
    return {code: count for code, count in hits.items() if count}


def sendable(name: str, charset: str, bytes_max: int) -> bool:
    """Return whether a bank can hold this name exactly as it is.

    As strict as every bank's adapter: a name that passed here and is refused when the file is
    written would stop a whole approved batch.
    """
    if not name.strip() or name[0] in _FORMULA_STARTS:
        return False
    if any(letter in _FORBIDDEN or category(letter) in _INVISIBLE for letter in name):
        return False
    try:
        return len(name.encode(charset)) <= bytes_max
    except UnicodeEncodeError:
        return False


def keep_holds(session: Session) -> None:
    """Turn the screening's hits into rows, once the payments are there."""
    session.execute(
        text(
            "INSERT INTO payment_holds (payment_id, control, found_at) "
            "SELECT id, control, :at FROM building_holds ON CONFLICT DO NOTHING"
        ),
        {"at": clock.now()},
    )


def _screen_charset(session: Session) -> int:
    rows = session.execute(
        text(
            "SELECT b.id, b.payee_name, c.charset, c.name_bytes_max FROM building b "
            "JOIN bank_channels c ON c.id = b.channel_id"
        )
    )
    bad = [
        {"id": row.id, "control": "charset_unsendable"}
        for row in rows
        if not sendable(row.payee_name or "", row.charset, row.name_bytes_max)
    ]
    if bad:
        session.execute(text("INSERT INTO building_holds VALUES (:id, :control)"), bad)
    return len(bad)
