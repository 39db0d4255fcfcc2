"""Keep what is out of order, so that the work queue names it without looking at everything itself."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.jobs.sweep import beat
from service.web.health.findings import Finding, Part
from service.web.health.registry import look
from service.web.here import Visit, enter, leave
from service.web.language import LANGUAGES
from service.web.models import RedFinding
from service.web.transactions import Opener

TASK = "health.look"


def keep_red(opened: Opener) -> int:
    """Look at everything, and keep what is out of order alone; return how many that are."""
    said = {language: _red(opened, language) for language in LANGUAGES}
    found = said[LANGUAGES[0]]
    now = clock.now()
    with opened() as session:
        _forget(session, list(found))
        for code, (_, one) in found.items():
            words = {language: _words(*red[code]) for language, red in said.items() if code in red}
            row = {"said": words, "href": one.href or "/health"}
            session.execute(
                insert(RedFinding)
                .values(code=code, since=one.since or now, **row)
                .on_conflict_do_update(index_elements=["code"], set_=row)
            )
        beat(session, TASK)
    return len(found)


def red(session: Session) -> Sequence[RedFinding]:
    """Return what was out of order at the last look, the longest first."""
    return session.scalars(select(RedFinding).order_by(RedFinding.since, RedFinding.code)).all()


def _forget(session: Session, still: Sequence[str]) -> None:
    session.execute(delete(RedFinding).where(RedFinding.code.not_in(still)))


def _red(opened: Opener, language: str) -> dict[str, tuple[Part, Finding]]:
    """Return what is out of order by its code, in the words of a language."""
    enter(Visit(language=language))
    try:
        parts = look(opened)
    finally:
        leave()
    return {
        one.code: (part, one) for part in parts for one in part.findings if one.state == "wrong"
    }


def _words(part: Part, one: Finding) -> str:
    mark = ": " if part.title.isascii() else "："
    return f"{part.title}{mark}{one.title}{mark}{one.said}"
