"""Draw once what is the same for everybody: a template with open places, and its text around them.

A resident's month has seventy programmes whose words are about nobody. Nobody visits while a frame is
drawn, so that nothing of who looks – no name, no form's token – can stay in what others are shown.
"""

import secrets

from service.web import render
from service.web.here import Visit, enter, visit

OPEN = secrets.token_hex(16)
"""Stands in a template's context where a text is put in later: nothing that people write contains it."""


def framed(template: str, **context: object) -> tuple[str, ...]:
    """Return a template's text in the language of the request, cut at every :data:`OPEN` place."""
    here = visit()
    enter(Visit(language=here.language, large_text=here.large_text))
    try:
        drawn = render.html(template, **context)
    finally:
        enter(here)
    return tuple(drawn.split(OPEN))
