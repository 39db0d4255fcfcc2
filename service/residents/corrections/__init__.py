"""Corrections: a resident says that a department's data are wrong.

The owning department gets a task with a deadline. Until it has answered, another value may count
for a time, by the word of two officers and on evidence; it lapses by itself.
"""

from service.residents.corrections.ask import About, Disputed, ask
from service.residents.corrections.lend import DAYS_MAX, Loan, end, lend
from service.residents.corrections.queries import Lent, lent_to, standing

__all__ = [
    "DAYS_MAX",
    "About",
    "Disputed",
    "Lent",
    "Loan",
    "ask",
    "end",
    "lend",
    "lent_to",
    "standing",
]
