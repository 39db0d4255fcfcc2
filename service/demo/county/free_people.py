"""A queue of adults whom no programme pays, on whom later facts are planted."""

from collections.abc import Iterator

from service.demo.county.register import Register


class FreePeople:
    """Takes one unplanted person after the other; those people get nothing else planted."""

    def __init__(self, register: Register, busy: set[int], homes: set[int]) -> None:
        """Line up adults of 25 to 57 and, apart, children of school age, in random order.

        `busy` are register indices somebody pays or who have records of other kinds; nobody of
        the households in `homes` is taken either.
        """
        self._register = register
        rng = register.clock.rng("free people")
        people = register.people
        self._busy = busy

        def line_up(first: int, past: int) -> list[int]:
            pool = [
                index
                for index in register.living(first, past)
                if index not in busy
                and people[index].household not in homes
                and register.truth.is_free(people[index].number)
            ]
            rng.shuffle(pool)
            return pool

        self._adults: Iterator[int] = iter(line_up(25, 58))
        self._children = line_up(7, 15)

    def adult(
        self, category: str, what: str, expected: str, *, feed: str = "", on: str = ""
    ) -> int:
        """Return the next adult and record what is planted on him."""
        index = next(i for i in self._adults if self.is_free(i))
        self.tell(index, category, what, expected, feed=feed, on=on)
        return index

    def twins(self) -> tuple[int, int]:
        """Return two unrelated children of one age and sex; the caller tells the truth."""
        people = self._register.people
        waiting: dict[tuple[int, str], int] = {}
        for index in self._children:
            if not self.is_free(index):
                continue
            key = (people[index].age, people[index].sex)
            other = waiting.setdefault(key, index)
            if people[other].household != people[index].household:
                for one in (other, index):
                    self._register.truth.set_apart(people[one].number)
                return other, index
        raise ValueError("No two children of one age and sex are left in this county.")

    def tell(
        self, index: int, category: str, what: str, expected: str, *, feed: str = "", on: str = ""
    ) -> None:
        """Record a planted fact of a chosen person and set the person apart."""
        number = self._register.people[index].number
        self._register.truth.add(category, number, what, expected, feed=feed, on=on)
        self._register.truth.set_apart(number)

    def is_free(self, index: int) -> bool:
        """Return whether nothing is planted on a person yet."""
        return self._register.truth.is_free(self._register.people[index].number)
