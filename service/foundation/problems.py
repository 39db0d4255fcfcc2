"""A problem is one sentence for a person, with a stable code: RFC 9457 for programs, a page for people."""

from typing import Any, ClassVar


class Problem(Exception):
    """What cannot be done, said so that a person can act on it.

    Subclasses set ``code`` (stable, snake_case), ``status`` (HTTP) and ``title``; the sentence is
    given in English and in Chinese and never holds an ID number, account or telephone number.
    """

    code: ClassVar[str] = "problem"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "That cannot be done"
    retry_after_seconds: int = 0
    """A job that ends so is not tried again earlier; 0: as jobs are."""

    def __init__(self, sentence: str, sentence_zh: str, **members: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.sentence_zh = sentence_zh
        self.members = members

    def say(self, language: str) -> str:
        """Return the sentence in ``zh`` or ``en``."""
        return self.sentence_zh if language.startswith("zh") else self.sentence

    def as_json(self, instance: str = "", language: str = "en") -> dict[str, Any]:
        """Return the RFC 9457 body."""
        return {
            "type": f"urn:anxin:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.say(language),
            "instance": instance,
            **self.members,
        }


class NotFound(Problem):
    """There is no such thing, or none that this officer may see; the two look the same."""

    code = "not_found"
    status = 404
    title = "There is no such thing"

    def __init__(self, what: str = "page") -> None:
        super().__init__(
            f"This {what} does not exist, or is not yours to see.", "没有这项内容，或您无权查看。"
        )


def every_problem() -> list[type[Problem]]:
    """Return every kind of problem that has been loaded, by code, for the OpenAPI list."""
    found: dict[str, type[Problem]] = {}
    waiting = [Problem]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        found[kind.code] = kind
    return [found[code] for code in sorted(found)]
