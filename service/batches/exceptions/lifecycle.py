"""How the task of one exception may move; whether its exception still stands is the hold's to say."""

from service.audit.moves import register

TASK_MOVES = register(
    "exception_tasks",
    {
        ("", "given"): "exception.assigned",
        ("given", "answered"): "exception.answered",
        # The office says that it is not its own to answer.
        ("given", "returned"): "exception.returned",
        # Whoever gave it asks once more.
        ("answered", "given"): "exception.asked_again",
        ("returned", "given"): "exception.asked_again",
        # Taken away, mostly to be given to another office.
        ("given", "withdrawn"): "exception.withdrawn",
        ("answered", "withdrawn"): "exception.withdrawn",
        ("returned", "withdrawn"): "exception.withdrawn",
    },
)
