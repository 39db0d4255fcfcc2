"""What is screened before people look: each control a code, two sentences, and how it is found.

A control never decides; it holds the line and says why. Sources: security of payments to the dead
and to shared accounts as national audits found them; situations 3, 12, 38 and 40 of the domain.
"""

from collections.abc import Collection
from dataclasses import dataclass
from unicodedata import category

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.assessment.keep import FOR_THE_FAMILY
from service.batches import cooling, new_entrants
from service.batches.deaths import DEATHS
from service.batches.sharing import SHARED
from service.foundation import clock


@dataclass(frozen=True)
class Control:
    """One check: ``sql`` selects ids of lines in the temporary table ``building``."""

    code: str
    en: str
    zh: str
    sql: str


# A line of the same human being under another number, that is or may yet be paid.
_TWICE = """
WITH humans AS (
    SELECT id AS person_id, merged_into AS human_id FROM persons WHERE merged_into IS NOT NULL
    UNION
    SELECT merged_into, merged_into FROM persons WHERE merged_into IS NOT NULL
)
SELECT b.id FROM building b
JOIN humans me ON me.person_id = b.subject_id
JOIN humans same ON same.human_id = me.human_id AND same.person_id <> b.subject_id
JOIN decisions d ON d.id = b.decision_id
JOIN payments p ON p.programme = d.programme AND p.subject_kind = 'person'
 AND p.subject_id = same.person_id AND p.period = b.period AND p.line_type = b.line_type
WHERE b.subject_kind = 'person' AND p.state <> 'reissued' AND (p.state <> 'held' OR p.id < b.id)
"""

_DISPUTED = """
WITH disputed AS (
    SELECT coalesce(p.merged_into, p.id) AS person_id
    FROM identity_disputes i JOIN persons p ON p.id = i.person_id WHERE i.resolved_at IS NULL
)
SELECT b.id FROM building b
WHERE b.payee_canonical_id IN (SELECT person_id FROM disputed)
   OR b.subject_person_id IN (SELECT person_id FROM disputed)
"""

CONTROLS: tuple[Control, ...] = (
    Control(
        "death_reported",
        "One source reports this person's death; it is not confirmed yet.",
        "有一个来源报告该对象已去世，尚待核实。",
        "SELECT b.id FROM building b "
        "WHERE b.payee_canonical_id IN (SELECT person_id FROM deaths WHERE sources = 1) "
        "OR b.subject_person_id IN (SELECT person_id FROM deaths WHERE sources = 1)",
    ),
    Control(
        "payee_dead",
        "This person has died; the month of death is due to the heirs, not to this account.",
        "该对象已去世；当月应发部分须由继承人领取，不得发入本人账户。",
        "SELECT b.id FROM building b "
        "WHERE b.payee_canonical_id IN (SELECT person_id FROM deaths WHERE sources > 1) "
        "OR b.subject_person_id IN (SELECT person_id FROM deaths WHERE sources > 1) "
        "AND b.line_type <> 'estate' AND NOT EXISTS (SELECT FROM decisions d "
        "WHERE d.id = b.decision_id AND d.programme = ANY(:for_the_family))",
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
        SHARED,
    ),
    Control(
        cooling.CODE,
        "This account is new: the money waits until the bank has confirmed it and an officer has looked.",
        "该账户为近期变更，须经银行核验并由工作人员复核后方可发放。",
        cooling.CHANGED,
    ),
    Control(
        "identity_disputed",
        "Two people carry this person's ID number; public security has not answered yet.",
        "该对象的公民身份号码存在同号异人争议，公安机关尚未答复。",
        _DISPUTED,
    ),
    Control(
        "same_person_twice",
        "The same human being has a payment for this period under a former ID number.",
        "同一人已以原身份号码列入本期发放，不得重复发放。",
        _TWICE,
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
    Control(
        new_entrants.CODE,
        "Not paid in the period before, and a feed the programme rests on is too old.",
        "上期未发放的新增对象，且项目所依据的数据源已过期。",
        "",
    ),
)

BY_CODE = {control.code: control for control in CONTROLS}

_FORBIDDEN = frozenset('|,"\r\n\t')
_FORMULA_STARTS = frozenset("=+-@＝＋－＠")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


def screen(session: Session, off: Collection[str] = ()) -> dict[str, int]:
    """Run every control over ``building`` and fill ``building_holds``; return hits by control.

    ``off`` are the codes of controls that two officers switched off.
    """
    said = {
        "today": clock.today(),
        "cooling_since": clock.now() - cooling.COOLING_OFF,
        "for_the_family": list(FOR_THE_FAMILY),
    }
    session.execute(text("DROP TABLE IF EXISTS deaths, building_holds"))
    session.execute(
        text("CREATE TEMPORARY TABLE building_holds (id bigint, control text) ON COMMIT DROP")
    )
    session.execute(text(DEATHS), said)
    hits: dict[str, int] = {}
    for control in CONTROLS:
        if control.sql and control.code not in off:
            found = session.execute(
                text(
                    f"INSERT INTO building_holds SELECT DISTINCT q.id, '{control.code}' "  # noqa: S608 - constants of this module
                    f"FROM ({control.sql}) q RETURNING id"
                ),
                said,
            ).all()
            hits[control.code] = len(found)
    hits["charset_unsendable"] = _screen_charset(session)
    if new_entrants.CODE not in off:
        hits[new_entrants.CODE] = new_entrants.hold_new_entrants(session)
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
