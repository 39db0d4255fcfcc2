"""The letter about a decision: the explanation, word for word, with how to object and by when."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from eligibility_rules import Words
from service.assessment.explain import Whole
from service.assessment.told import reference, tell
from service.foundation import clock
from service.foundation.spoken import spoken_day, spoken_period
from service.programmes.telling import Told
from service.programmes.telling.words import in_language

REVIEW_DAYS = 60
"""行政复议法（2023年修订）第二十条: 60 days from the day on which somebody learned of the act."""
COURT_MONTHS = 6
"""行政诉讼法第四十六条: six months from the day on which somebody learned of the act."""

_TITLES = {
    "due": Words("补贴核定告知书", "Notice of a decision"),
    "not_due": Words("补贴不予发放告知书", "Notice that a subsidy is not paid"),
    "unknown": Words("补贴待查明告知书", "Notice that a decision is still open"),
}
_TO = Words("致：{name}", "To: {name}")
_PAYEE = Words("领款人", "the payee")
_ABOUT = Words(
    "现将{period}“{programme}”的核定结果和依据告知如下。",
    "This is what was decided about {programme} for {period}, and why.",
)
_CORRECT = Words(
    "认为所列事实有误的，可随时向列明的部门提出更正，也可请乡镇（街道）代为转达；"
    "数据更正后本月结果自动重新核定，应补发的予以补发。",
    "If a fact above is wrong, tell the department that is named, or your township, at any time; "
    "once it is corrected this is decided again by itself, and what was owed is paid later.",
)
_PERSON = Words(
    "本结果由系统按规则核算、经工作人员复核。您有权要求说明，有权拒绝仅由自动化方式作出的决定，"
    "可请{department}部门人工复核（个人信息保护法第二十四条）。",
    "This was worked out by rules and is looked at by officers. You may ask for an explanation and "
    "need not accept a decision made by a machine alone: ask {department} to look at it again "
    "(Personal Information Protection Law, article 24).",
)
_OBJECT = Words(
    "不服本决定的，可自收到之日起{days}日内向县人民政府申请行政复议（行政复议法第二十条），"
    "或者自收到之日起六个月内向人民法院提起行政诉讼（行政诉讼法第四十六条）。"
    "今日收到的，复议期限至{until}，起诉期限至{court}。",
    "If you do not accept it, you may ask the county government for administrative reconsideration "
    "within {days} days of receiving this (Administrative Reconsideration Law, article 20), or go "
    "to court within six months (Administrative Litigation Law, article 46). Received today, that "
    "is until {until} for reconsideration and until {court} for the court.",
)
_CITED = Words(
    "以上两部法律的条款和期限凭记忆引用，印发前由县司法部门核对。",
    "The articles and periods of these laws are cited from memory and are to be checked by the "
    "county's legal office before letters go out.",
)


@dataclass(frozen=True)
class Letter:
    """Everything on a letter; ``told`` is the text of the page."""

    title: str
    reference: str
    day: str
    to: str
    about: str
    told: Told
    correct: str
    person: str
    object_to: str
    cited: str


def write_letter(whole: Whole, language: str, *, name: str, guarded: bool = False) -> Letter:
    """Return the letter about a decision in ``zh`` or ``en``; ``name`` as it may be shown.

    ``guarded``: what the most sensitive feeds say is not written out.
    """
    told = tell(whole, language, traced=False, guarded=guarded)
    today = clock.today()
    said = partial(_said, language)
    return Letter(
        title=said(_TITLES[told.outcome]),
        reference=reference(whole),
        day=spoken_day(today, language),
        to=said(_TO, name=name or said(_PAYEE)),
        about=said(
            _ABOUT,
            period=spoken_period(whole.explanation.period, language),
            programme=told.name,
        ),
        told=told,
        correct=said(_CORRECT),
        person=said(_PERSON, department=told.department),
        object_to=said(
            _OBJECT,
            days=REVIEW_DAYS,
            until=spoken_day(today + timedelta(days=REVIEW_DAYS), language),
            court=spoken_day(months_later(today, COURT_MONTHS), language),
        ),
        cited=said(_CITED),
    )


def _said(language: str, words: Words, **values: object) -> str:
    return in_language(words, language).format(**values)


def months_later(day: date, months: int) -> date:
    """Return the day of the same number some months later, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    last = date((index + 1) // 12, (index + 1) % 12 + 1, 1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
