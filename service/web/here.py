"""Who looks at what, in which language: the facts of one request that any template may ask for."""

import secrets
from contextvars import ContextVar
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode


@dataclass(frozen=True)
class Viewer:
    """The officer a page is drawn for, as far as drawing needs to know."""

    id: str
    name: str
    organisation: str
    duties: tuple[str, ...] = ()
    acts: frozenset[str] = frozenset()
    """What this officer may do; the navigation shows nothing else."""
    session: str = ""
    """The number of the session's row: it tells sessions apart and opens none."""

    def may(self, act: str) -> bool:
        return act in self.acts


@dataclass
class Visit:
    """One request, from its first byte to its last; dependencies fill in the viewer."""

    language: str = "zh"
    large_text: bool = False
    request_id: str = ""
    path: str = "/"
    query: str = ""
    secure: bool = False
    secret: str = ""
    """What this browser's form tokens are bound to: its session's or its visitor's cookie."""
    visitor_is_new: bool = False
    fragment: str = ""
    """The part of the page that the script asks for again, or nothing."""
    viewer: Viewer | None = field(default=None)

    def secret_of_browser(self) -> str:
        """Return the browser's secret, making one for a browser that comes for the first time."""
        if not self.secret:
            self.secret = secrets.token_urlsafe(32)
            self.visitor_is_new = True
        return self.secret

    def url_with(self, **changed: str | int | None) -> str:
        """Return the address of this page with some of its query changed (None takes it away)."""
        pairs = [(name, value) for name, value in parse_qsl(self.query) if name not in changed]
        pairs += [(name, str(value)) for name, value in changed.items() if value is not None]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path


_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)


def visit() -> Visit:
    """Return the request being answered; outside a request, an empty visit."""
    return _visit.get() or Visit()


def enter(fresh: Visit) -> None:
    """Let ``fresh`` be the request being answered in this context."""
    _visit.set(fresh)


def leave() -> None:
    """Answer no request any more in this context."""
    _visit.set(None)
