"""Accounts that people change, and the proxy register: never one officer alone.

The card office's own records come through the import; here is what officers do. A change of
account is asked for by one officer and confirmed by another; somebody who receives for others is
registered by one and approved by another, and until then exempts nobody.
"""

from service.residents.accounts.change import (
    confirm_change,
    refuse_change,
    request_change,
    withdraw_change,
)
from service.residents.accounts.current import current_account
from service.residents.accounts.proxies import Term, approve_proxy, end_proxy, register_proxy

__all__ = [
    "Term",
    "approve_proxy",
    "confirm_change",
    "current_account",
    "end_proxy",
    "refuse_change",
    "register_proxy",
    "request_change",
    "withdraw_change",
]
