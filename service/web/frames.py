"""Draw once what is the same for everybody: a template with open places, and its text around them.

A resident's month has seventy programmes whose words are about nobody. Nobody visits while a frame is
drawn, so that nothing of who looks – no name, no form's token – can stay in what others are shown.
"""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from service.web import render
from service.web.here import Visit, enter, visit

_MARK = secrets.token_hex(16)
"""Stands around an open place's name while a frame is drawn: nothing that people write contains it."""
_PLACE = re.compile(f"{_MARK}([a-z_]+){_MARK}")


@dataclass(frozen=True)
class Frame:
    """Texts, and between each two of them the name of the place that is open there."""

    texts: tuple[str, ...]
    places: tuple[str, ...]

    def filled(self, own: Mapping[str, str]) -> Markup:
        """Return the whole with somebody's own put in, escaped unless it was drawn."""
        parts = [self.texts[0]]
        for place, text in zip(self.places, self.texts[1:], strict=True):
            parts += escape(own[place]), text
        return Markup("".join(parts))  # noqa: S704 - drawn and escaped, every part of it


class _Nobody(Visit):
    def secret_of_browser(self) -> str:
        raise AssertionError("a frame is the same for everybody, so no form can stand in it")


def framed(template: str, open_places: Collection[str], **context: object) -> Frame:
    """Return a template's text around its open places, which it names like its other values.

    It is that of the request's language, text size and address, and follows from these and the context
    alone: whoever keeps it keeps it by them.
    """
    here = visit()
    enter(_Nobody(here.language, here.large_text, path=here.path, query=here.query))
    try:
        marked = {place: f"{_MARK}{place}{_MARK}" for place in open_places}
        cut = _PLACE.split(render.html(template, **marked, **context))
    finally:
        enter(here)
    return Frame(tuple(cut[::2]), tuple(cut[1::2]))
