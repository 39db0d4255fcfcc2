"""What stands at one address: the acts that open it, and the things that its path names."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Door:
    """One address and method.

    ``acts`` are all needed, ``one_of`` is one of several; both are rows of the officers' table. With
    neither, everybody who is signed in passes, because the page is about the officer alone.
    ``is_open`` needs nobody signed in: the address is for the public, or asks for its own proof.
    ``is_hidden`` looks as if it were not there to whoever may not pass.
    """

    acts: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    is_open: bool = False
    is_hidden: bool = False


OPEN = Door(is_open=True)
OWN = Door()


def by(*acts: str) -> Door:
    """Return a door that all of some acts open."""
    return Door(acts=acts)


def by_one_of(*acts: str) -> Door:
    """Return a door that each of some acts opens."""
    return Door(one_of=acts)


def hidden_but_by(*acts: str) -> Door:
    """Return a door that all of some acts open, and that others do not even see."""
    return Door(acts=acts, is_hidden=True)
