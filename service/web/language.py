"""Two languages: Chinese for browsers that ask for it or for nothing, English for the others.

Modules say sentences in English through :func:`gettext`, and mark the ones that are looked up later
(labels in tables) with :func:`translatable`.
"""

from service.web.catalogue import chinese
from service.web.here import visit

LANGUAGES = ("zh", "en")


def gettext(text: str) -> str:
    """Return a sentence in the language of the request."""
    return chinese().gettext(text) if visit().language == "zh" else text


def ngettext(one: str, many: str, count: int) -> str:
    """Return a sentence about a count in the language of the request."""
    if visit().language == "zh":
        return chinese().ngettext(one, many, count)
    return one if count == 1 else many


def pgettext(context: str, text: str) -> str:
    """Return a sentence that means different things in different places."""
    return chinese().pgettext(context, text) if visit().language == "zh" else text


def translatable(text: str) -> str:
    """Mark a sentence for translation without translating it yet."""
    return text


def choose(cookie: str | None, accept_language: str) -> str:
    """Return ``zh`` or ``en`` from the cookie, or else from the browser's Accept-Language."""
    if cookie in LANGUAGES:
        return cookie
    best, best_weight = "zh", 0.0
    for part in accept_language[:200].split(","):
        tag, _, weight_text = part.strip().partition(";q=")
        language = tag.strip().lower().partition("-")[0]
        weight = _weight(weight_text)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0) if text else 1.0
    except ValueError:
        return 0.0
