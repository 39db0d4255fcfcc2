"""How it may change who looks after one exception of finance."""

from service.audit.moves import register

FINANCE_TASK_MOVES = register(
    "finance_tasks",
    {
        ("", "taken"): "finance_exception.taken",
        ("", "handed"): "finance_exception.handed",
        ("open", "taken"): "finance_exception.taken",
        ("open", "handed"): "finance_exception.handed",
        # From one officer to another, by either of them or by a third.
        ("taken", "taken"): "finance_exception.taken",
        ("taken", "handed"): "finance_exception.handed",
        ("handed", "taken"): "finance_exception.taken",
        ("handed", "handed"): "finance_exception.handed",
        ("taken", "open"): "finance_exception.laid_down",
        ("handed", "open"): "finance_exception.laid_down",
    },
)
