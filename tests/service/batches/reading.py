"""What tests of pages ask of the HTML they were shown."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

from sqlalchemy import event
from sqlalchemy.orm import Session


def text_of(page: str) -> str:
    """Return a page's words without its marks, each run of space as one."""
    body = page[page.index("<main") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def seen_in(page: str) -> str:
    """Return the mark that the page's forms repeat."""
    found = re.search(r'name="seen" value="([0-9a-f]{32})"', page)
    assert found, "the page has no form that decides"
    return found[1]


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Collect the statements that are sent while the block runs."""
    sent: list[str] = []
    connection = session.connection()

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)
