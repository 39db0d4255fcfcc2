"""What a job raises whose hour has not come: it waits until then, and no try is counted."""

from datetime import datetime

from service.foundation.problems import Problem


class Later(Problem):
    """A piece of work that may only be done from some instant on."""

    code = "later"
    status = 409
    title = "This is done later"

    def __init__(self, sentence: str, sentence_zh: str, *, not_before: datetime) -> None:
        super().__init__(sentence, sentence_zh)
        self.not_before = not_before
