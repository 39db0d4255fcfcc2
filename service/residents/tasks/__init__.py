"""Review tasks: what departments' data contradict, put to the department that has to answer.

``checks`` holds one SQL for each contradiction and the table that says what it means, who answers
and by when; ``look`` runs them over the current records, opens what is new and settles what is
gone; ``answer`` closes a task with an outcome. A task changes nobody's payment: what is held or
paid meanwhile follows from controls and rules, and is only said here.
"""

from service.residents.tasks.answer import answer, reopen
from service.residents.tasks.look import look
from service.residents.tasks.queries import waiting

__all__ = ["answer", "look", "reopen", "waiting"]
