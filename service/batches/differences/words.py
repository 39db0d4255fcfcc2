"""What officers read about differences: their parts and their causes."""

from service.web.language import gettext, translatable

CAUSES = {
    "first": translatable("first list"),
    "identity": translatable("ID number corrected"),
    "death": translatable("death"),
    "missing": translatable("facts missing"),
    "other_programme": translatable("other programme"),
    "move": translatable("move"),
    "age": translatable("age"),
    "stop": translatable("rule ends it"),
    "listed_apart": translatable("listed later"),
    "unsaid": translatable("no decision says why"),
    "data": translatable("data corrected or new"),
    "recovery": translatable("kept for a recovery"),
    "office_late": translatable("office was late"),
    "begins": translatable("right begins this month"),
    "standard": translatable("standard"),
}
PARTS = {
    "joined": translatable("Joined"),
    "left": translatable("Left"),
    "changed": translatable("Changed"),
}


def cause(code: str) -> str:
    """Return what a cause is called."""
    return gettext(CAUSES[code])


def part(code: str) -> str:
    """Return what a part of the sum is called."""
    return gettext(PARTS[code])
