"""The guide's list as a page shows it: one question at a time, what was chosen, and the programmes."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from eligibility_rules import Month as RuleMonth
from service.foundation.months import Month
from service.programmes import words
from service.programmes.guide.entries import Entry, entries
from service.programmes.guide.groups import GROUPS, group
from service.programmes.guide.kept import InForce, say
from service.programmes.guide.search import APPLIED, BY_ITSELF, OFTEN, Wanted, found
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.view_models import Link, Option, Tag

PAGE_SIZE = 20
ANY = "any"
"""The answer to a question that does not matter to somebody: asked, and asking for nothing."""
_PAID = {
    BY_ITSELF: translatable("paid without asking"),
    APPLIED: translatable("apply once"),
}
_OFTEN = {
    "month": translatable("every month"),
    "year": translatable("every year, semester or quarter"),
    "once": translatable("once, when something has happened"),
}
_QUESTIONS = {
    "whom": translatable("Whom is it for?"),
    "paid": translatable("Can you apply, or shall it come by itself?"),
    "often": translatable("How often is it to come?"),
    "department": translatable("Which department is it about?"),
}
"""In the order in which they are asked; nobody says who they are."""


@dataclass(frozen=True)
class Line:
    """One programme of the list."""

    name: Link
    for_whom: str
    amount: str
    tag: Tag
    """How far the figures can be trusted."""
    how: str


@dataclass(frozen=True)
class Question:
    """The question that is asked next, with an answer in each link and how many it leaves."""

    number: int
    of: int
    text: str
    answers: list[tuple[Link, int]]
    any: str


@dataclass(frozen=True)
class GuideList:
    """Everything on the page."""

    words: str
    kept: list[tuple[str, str]]
    """(name, value) of what the search form carries along."""
    departments: list[Option]
    department: str
    chosen: list[tuple[str, str]]
    question: Question | None
    total: int
    lines: list[Line]
    pages: int
    page: int
    by_department: list[tuple[str, list[Line]]]
    """Every programme, where nothing was looked for."""


def guide_list(
    kept: InForce, month: Month, asked: Wanted, *, page: int = 1, all_of_them: bool = False
) -> GuideList:
    """Return the list for what was asked; ``all_of_them`` puts everything on one sheet."""
    every = entries(kept.rules, RuleMonth.parse(str(month)))
    wanted = _meant(asked)
    fitting = found(every, wanted, kept.rules.programmes)
    pages = 1 if all_of_them else max(1, -(-len(fitting) // PAGE_SIZE))
    at = min(max(page, 1), pages)
    shown = fitting if all_of_them else fitting[(at - 1) * PAGE_SIZE : at * PAGE_SIZE]
    named = _named(every)
    by_department: dict[str, list[Line]] = {}
    if not wanted.is_anything:
        for one in fitting:
            by_department.setdefault(named[one.department], []).append(_line(one))
    answered = {name: getattr(asked, name) for name in _QUESTIONS}
    return GuideList(
        words=asked.words,
        kept=[(name, value) for name, value in answered.items() if value and name != "department"],
        departments=[Option("", gettext("all")), *(Option(*pair) for pair in named.items())],
        department=wanted.department,
        chosen=_chosen(wanted, named),
        question=_question(fitting, answered, named),
        total=len(fitting),
        lines=[_line(one) for one in shown] if wanted.is_anything else [],
        pages=pages,
        page=at,
        by_department=list(by_department.items()),
    )


def _meant(asked: Wanted) -> Wanted:
    """Return it without what does not matter and without groups there are not."""
    return replace(
        asked,
        words=asked.words.strip(),
        whom=asked.whom if group(asked.whom) else "",
        department="" if asked.department == ANY else asked.department,
        paid=asked.paid if asked.paid in _PAID else "",
        often=asked.often if asked.often in OFTEN else "",
    )


def _line(one: Entry) -> Line:
    how = gettext(_PAID[APPLIED if one.application else BY_ITSELF])
    return Line(
        name=Link(say(one.names), f"/programmes/{one.code}"),
        for_whom=say(one.for_whom),
        amount=say(one.amount),
        tag=words.evidence_tag(one.evidence),
        how=f"{words.frequency(one.frequency)} · {how}",
    )


def _named(every: Iterable[Entry]) -> dict[str, str]:
    """Return {department: its name}; where a rule names an office beside it, the plain name."""
    names: dict[str, Counter[str]] = {}
    for one in every:
        names.setdefault(one.department, Counter())[say(one.department_words)] += 1
    return {key: counted.most_common(1)[0][0] for key, counted in names.items()}


def _chosen(wanted: Wanted, named: dict[str, str]) -> list[tuple[str, str]]:
    chosen = []
    if wanted.words:
        chosen.append((f"“{wanted.words}”", "q"))
    whom = group(wanted.whom)
    if whom:
        chosen.append((say(whom.words), "whom"))
    if wanted.paid:
        chosen.append((gettext(_PAID[wanted.paid]), "paid"))
    if wanted.often:
        chosen.append((gettext(_OFTEN[wanted.often]), "often"))
    if wanted.department:
        chosen.append((named.get(wanted.department, wanted.department), "department"))
    return chosen


def _question(
    fitting: Sequence[Entry], answered: dict[str, str], named: dict[str, str]
) -> Question | None:
    """Return the first question that is not answered and whose answers tell programmes apart."""
    for number, (name, text) in enumerate(_QUESTIONS.items(), 1):
        counts = Counter(key for one in fitting for key in _answers_of(name, one))
        divides = any(count < len(fitting) for count in counts.values())
        if answered[name] or not divides:
            continue
        labels = named if name == "department" else _labels(name)
        return Question(
            number=number,
            of=len(_QUESTIONS),
            text=gettext(text),
            answers=[
                (Link(label, visit().url_with(**{name: key, "page": None})), counts[key])
                for key, label in labels.items()
                if counts[key]
            ],
            any=visit().url_with(**{name: ANY, "page": None}),
        )
    return None


def _answers_of(name: str, one: Entry) -> list[str]:
    asked: dict[str, Callable[[], list[str]]] = {
        "whom": lambda: [each.key for each in one.groups],
        "paid": lambda: [APPLIED if one.application else BY_ITSELF],
        "often": lambda: [key for key, codes in OFTEN.items() if one.frequency in codes],
        "department": lambda: [one.department],
    }
    return asked[name]()


def _labels(name: str) -> dict[str, str]:
    if name == "whom":
        return {each.key: say(each.words) for each in GROUPS}
    return {key: gettext(text) for key, text in (_PAID if name == "paid" else _OFTEN).items()}
