"""What somebody has to do for a task that is more than a question: the steps, each with where it is done."""

from dataclasses import dataclass

from service.officers.may import may
from service.officers.models import Officer
from service.residents.models import ReviewTask
from service.residents.tasks.redress import KIND
from service.web.language import gettext


@dataclass(frozen=True)
class Step:
    """One step; ``href`` is empty where there is nothing to open, or the officer may not."""

    text: str
    link: str = ""
    href: str = ""


def steps(task: ReviewTask, officer: Officer) -> list[Step]:
    """Return the steps of an upheld objection's task; none for any other."""
    if task.kind != KIND:
        return []
    number, month, code = (task.details[one] for one in ("objection", "month", "programme"))
    looks = may(officer, "residents.read") and may(officer, "assessment.read")
    decisions = f"/residents/{task.person_id}/decisions?month={month}"
    return [
        _step(
            gettext("Read what was objected to, and why it was upheld."),
            gettext("Objection") + f" {number}",
            f"/objections/{number}" if may(officer, "notices.read") else "",
        ),
        _step(
            gettext("Find the value that is wrong, and which department it came from."),
            gettext("Every decision about the person"),
            decisions if looks and task.person_id is not None else "",
        ),
        _step(
            gettext("Let that department deliver the right value; only its own data are paid by."),
            gettext("Deliveries"),
            "/feeds" if may(officer, "feeds.read") else "",
        ),
        _step(
            gettext(
                "With the next month's run past months are looked at again: what was too little is paid, what was too much is asked back. Whoever runs the service starts it: %(command)s"
            )
            % {"command": f"anxin month mend … --since {month} --programmes {code}"},
            gettext("Months"),
            "/months" if may(officer, "assessment.read") else "",
        ),
        Step(gettext("Then say here what it came to; the person concerned reads it.")),
    ]


def _step(text: str, link: str, href: str) -> Step:
    return Step(text, link, href) if href else Step(text)
