"""How programmes are called here: the stage that knows their names stands above this one.

The web door hands its function in once; until then the codes stand for themselves.
"""

from collections.abc import Callable

Namer = Callable[[str, str], str]
_namer: list[Namer] = []


def name_programmes_by(namer: Namer) -> None:
    """Let ``namer(code, language)`` say what a programme is called."""
    _namer[:] = [namer]


def programme_name(code: str, language: str) -> str:
    """Return a programme's name in ``zh`` or ``en``."""
    return _namer[0](code, language) if _namer else code
