"""What is screened before people look: each control a code, two sentences, and how it is found.

A control never decides; it holds the line and says why. Sources: security of payments to the dead
and to shared accounts as national audits found them; situations 3, 12, 38 and 40 of the domain.
docs/screening.md lists them all; what is asked of a whole list stands in ``findings``.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.assessment.keep import FOR_THE_FAMILY
from service.batches import cooling, new_entrants
from service.batches.deaths import DEATHS
from service.batches.screening import accounts, amounts, charset, counted_twice, payroll, people
from service.batches.screening.charset import sendable
from service.batches.screening.control import Control
from service.batches.sharing import SHARED
from service.foundation import clock

PAID_ALREADY = "paid_already"
__all__ = ["BY_CODE", "CONTROLS", "Control", "keep_holds", "screen", "screen_deaths", "sendable"]

CONTROLS: tuple[Control, ...] = (
    Control(
        "death_reported",
        "One source reports this person's death; it is not confirmed yet.",
        "有一个来源报告该对象已去世，尚待核实。",
        "stop", "maker",
        "Have the township look; release with what it found, or wait for the second source.",
        "请乡镇上门核实，凭核实结果说明理由解除，或等待第二来源确认。",
        people.REPORTED_DEAD, version=2,
    ),
    Control(
        "payee_dead",
        "This person has died; the month of death is due to the heirs, not to this account.",
        "该对象已去世；当月应发部分须由继承人领取，不得发入本人账户。",
        "stop", "data",
        "A source withdraws its report; what is due is paid to the estate.",
        "由报告来源撤回后解除；应发部分按遗属领取办理。",
        people.DEAD, version=2,
    ),
    Control(
        "no_account",
        "No bank account is known for this person.",
        "没有该对象的银行账户信息。",
        "stop", "data",
        "An account is delivered by the card office or requested at the township.",
        "由社保卡部门报送，或在乡镇登记账户。",
        accounts.NO_ACCOUNT, version=2,
    ),
    Control(
        "account_not_usable",
        "The card office says this account cannot receive money (not activated, dormant, lost, "
        "closed or stopped).",
        "社保卡账户不可入账（未激活、睡眠、挂失、销户或止付）。",
        "stop", "maker",
        "The card is activated or replaced; release only after the bank said that it takes money.",
        "激活或更换社保卡；经银行确认可入账后说明理由解除。",
        accounts.NOT_USABLE, version=2,
    ),
    Control(
        "account_unverified",
        "The bank has not confirmed who holds this account.",
        "银行尚未确认该账户的户名与证号。",
        "check", "maker",
        "Ask the bank; release with its answer.",
        "请银行核验，凭核验结果说明理由解除。",
        accounts.UNVERIFIED, version=2,
    ),
    Control(
        "account_name_mismatch",
        "The bank says the account's holder is not this person.",
        "银行核验：账户户名或证号与该对象不一致。",
        "stop", "data",
        "The account is corrected, or the bank answers anew.",
        "更正账户，或由银行重新核验一致后解除。",
        accounts.MISMATCH, version=2,
    ),
    Control(
        "shared_account",
        "Several people without a registered proxy share this account.",
        "多个对象共用此账户，且未登记代领关系。",
        "check", "maker",
        "Register the proxy, give each an account, or say what was found.",
        "登记代领关系、分别开户，或说明核查结果解除。",
        SHARED, version=2,
    ),
    Control(
        cooling.CODE,
        "This account is new: the money waits until the bank has confirmed it and an officer has looked.",
        "该账户为近期变更，须经银行核验并由工作人员复核后方可发放。",
        "check", "maker",
        "After the bank's answer about the new account, release with a reason.",
        "银行对新账户核验一致后，说明理由解除。",
        cooling.CHANGED, version=2,
    ),
    Control(
        "identity_disputed",
        "Two people carry this person's ID number; public security has not answered yet.",
        "该对象的公民身份号码存在同号异人争议，公安机关尚未答复。",
        "stop", "data",
        "Public security answers whose number it is.",
        "公安机关答复号码归属后解除。",
        people.DISPUTED, version=2,
    ),
    Control(
        "same_person_twice",
        "The same human being has a payment for this period under a former ID number.",
        "同一人已以原身份号码列入本期发放，不得重复发放。",
        "stop", "data",
        "Ends when the two numbers turn out to be two people.",
        "经认定为两人后解除。",
        people.TWICE, version=2,
    ),
    Control(
        counted_twice.CODE,
        "A person or a plot of this recipient counts for another recipient of the programme as well.",
        "该对象的家庭成员或地块同时计入本项目的另一对象。",
        "check", "maker",
        "Ask civil affairs or agriculture which household it is; release with their answer.",
        "请民政或农业农村部门核实归属，凭答复说明理由解除。",
        counted_twice.COUNTED_TWICE,
    ),
    Control(
        payroll.CODE,
        "Finance says this person is on the public payroll, which the programme's rule shuts out.",
        "财政部门登记该对象为财政供养在编人员，按项目规定不得享受。",
        "check", "maker",
        "Ask finance; release with its answer, or wait for corrected data.",
        "请财政部门核实，凭答复说明理由解除，或待数据更正。",
        payroll.ON_PAYROLL,
    ),
    Control(
        amounts.CODE,
        "The amount of this line is not what the rule gave.",
        "该笔金额与按规则计算的金额不一致。",
        "stop", "data",
        "Nobody releases it; tell the auditor. The month is assessed and listed again.",
        "不得人工解除；请告知审计人员，并重新核定生成。",
        amounts.AMOUNT_NOT_RULE,
    ),
    Control(
        "objection",
        "Somebody objected to this line while its list was on public notice; it waits for the answer.",
        "公示期间有人对该笔提出异议，答复前暂缓发放。",
        "stop", "data",
        "Another officer answers the objection.",
        "由其他人员答复异议后解除。",
        "SELECT b.id, '{}'::jsonb AS evidence FROM building b WHERE b.id IN (SELECT payment_id FROM objections "
        "WHERE payment_id IS NOT NULL AND state IN ('open', 'upheld'))",
    ),
    Control(
        "held_when_signed",
        "Two officers left this line out of the signed list; the list was called back after that.",
        "该笔在清单签发后由两名人员决定暂缓，其后清单被撤回。",
        "check", "maker",
        "Settle what they named as the reason; release with what was found.",
        "核实其所述原因，凭核实结果说明理由解除。",
        "SELECT b.id, '{}'::jsonb AS evidence FROM building b JOIN held_lines h ON h.payment_id = b.id "
        "WHERE h.control = '' AND h.ended_how = 'called_back'",
    ),
    Control(
        "funds_short",
        "The year's money did not cover the list: everybody on it got the same share, and this is the rest.",
        "本年度预算不足，同一清单各对象按同一比例先发一部分，本笔为余额。",
        "stop", "data",
        "The appropriation is raised; the rest is listed then by itself.",
        "追加预算后系统自动列入新清单。",
        "SELECT b.id, jsonb_build_object('due_fen', i.due_fen, 'waiting_fen', i.waiting_fen) AS evidence "
        "FROM building b JOIN instalment_parts i ON i.waiting_id = b.id WHERE i.released_at IS NULL",
    ),
    Control(
        PAID_ALREADY,
        "The line that this one was issued instead of was paid after all.",
        "本笔所替代的原付款其实已经到账，不得重复发放。",
        "stop", "data",
        "The bank gives the first payment back.",
        "原付款被银行退回后自动解除。",
        "SELECT b.id, jsonb_build_object('line', first.id) AS evidence FROM building b "
        "JOIN payments first ON first.id = b.replaces_id WHERE first.state = 'paid'",
    ),
    Control(
        "no_channel",
        "No bank of the county pays to this account's bank.",
        "没有可向该开户行付款的代发银行。",
        "stop", "data",
        "A paying bank is registered for the account's bank, or the account changes.",
        "登记可付款的代发银行，或变更账户后解除。",
        accounts.NO_CHANNEL, version=2,
    ),
    Control(
        charset.CODE,
        "The name holds a character that the bank's system cannot write; it is never replaced.",
        "姓名中有银行系统无法表示的字，系统绝不替换。",
        "stop", "data",
        "The bank confirms the name as it holds it, or the account moves to another bank.",
        "由银行确认其系统登记的户名，或更换开户行后解除。",
        version=2,
    ),
    Control(
        new_entrants.CODE,
        "Not paid in the period before, and a feed the programme rests on is too old.",
        "上期未发放的新增对象，且项目所依据的数据源已过期。",
        "check", "maker",
        "Have the feed delivered; or release with what the department said.",
        "督促部门报送数据；或凭部门答复说明理由解除。",
        version=2,
    ),
)  # fmt: skip

BY_CODE = {control.code: control for control in CONTROLS}
NEVER_CLEARED_BY_HAND = frozenset(one.code for one in CONTROLS if one.clears == "data")
"""What only new data can clear: no reason makes a dead person's account right."""

ABOUT_DEATHS = ("death_reported", "payee_dead")
"""Asked again when a list is frozen and before it is sent: `died_since`."""

_KEEP = """
INSERT INTO payment_holds (payment_id, control, version, evidence, found_at)
SELECT id, control, version, evidence, :at FROM building_holds
ON CONFLICT (payment_id, control) DO UPDATE
SET version = excluded.version, evidence = excluded.evidence, cleared_at = NULL, cleared_by = NULL, cleared_reason = NULL
WHERE payment_holds.cleared_by = 'data'
"""
_PROGRAMME = """
SELECT d.programme, a.rule_digest FROM building b JOIN decisions d ON d.id = b.decision_id
JOIN assessments a ON a.id = d.assessment_id LIMIT 1
"""


def screen(session: Session, off: Collection[str] = ()) -> dict[str, int]:
    """Run every control over ``building`` and fill ``building_holds``; return hits by control.

    ``off`` are the codes of controls that two officers switched off.
    """
    _begin(session)
    found = session.execute(text(_PROGRAMME)).first()
    programme, digest = found or ("", "")
    left_out = {*off}
    if found is None or not payroll.bars_payroll(session, programme, digest):
        left_out.add(payroll.CODE)
    _ask(session, [one for one in CONTROLS if one.sql and one.code not in left_out])
    if charset.CODE not in left_out:
        charset.hold_unsendable(session, BY_CODE[charset.CODE].version)
    if found is not None and new_entrants.CODE not in left_out:
        version = BY_CODE[new_entrants.CODE].version
        new_entrants.hold_new_entrants(session, programme, digest, version)
    return _hits(session)


def screen_deaths(session: Session) -> dict[str, int]:
    """Run the controls about deaths alone; of ``building`` they read who is paid, for whom and why."""
    _begin(session)
    _ask(session, [BY_CODE[code] for code in ABOUT_DEATHS])
    return _hits(session)


def _begin(session: Session) -> None:
    session.execute(text("DROP TABLE IF EXISTS deaths, building_holds"))
    session.execute(
        text(
            "CREATE TEMPORARY TABLE building_holds (id bigint, control text, version int, "
            "evidence jsonb) ON COMMIT DROP"
        )
    )
    session.execute(text(DEATHS))
    session.execute(text("ANALYZE deaths"))


def _ask(session: Session, asked: Iterable[Control]) -> None:
    said = {
        "today": clock.today(),
        "cooling_since": clock.now() - cooling.COOLING_OFF,
        "for_the_family": list(FOR_THE_FAMILY),
    }
    for control in asked:
        session.execute(
            text(
                f"INSERT INTO building_holds SELECT DISTINCT ON (q.id) q.id, '{control.code}', "  # noqa: S608 - constants of this module
                f"{control.version}, q.evidence FROM ({control.sql}) q ORDER BY q.id"
            ),
            said,
        )


def _hits(session: Session) -> dict[str, int]:
    session.execute(text("CREATE INDEX ON building_holds (id)"))
    rows = session.execute(
        text("SELECT control, count(*) FROM building_holds GROUP BY control ORDER BY control")
    )
    return {control: count for control, count in rows}  # noqa: C416 - rows are tuples of two


def keep_holds(session: Session) -> None:
    """Turn the screening's hits into rows, once the payments are there.

    What an officer cleared stays cleared; what only the data had cleared may come back.
    """
    session.execute(text(_KEEP), {"at": clock.now()})
