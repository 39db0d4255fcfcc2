"""Which databases may be asked, and how an address must look."""

import importlib.util
import ipaddress

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_DRIVERS = {"postgresql+psycopg": "psycopg"}
"""Dialects that are asked, with their drivers: those whose read-only promise is checked here."""
_NAMED = {"mysql+pymysql": "pymysql", "oracle+oracledb": "oracledb", "mssql+pyodbc": "pyodbc"}
_OPTIONS = frozenset({"sslmode", "sslrootcert"})


def checked_url(text: str) -> str:
    """Return the address if it may be asked; raises ValueError with the code of the fault."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError("url_unreadable") from None
    if url.drivername not in _DRIVERS:
        driver = _NAMED.get(url.drivername)
        absent = driver is not None and importlib.util.find_spec(driver) is None
        raise ValueError("driver_missing" if absent else "dialect_unknown")
    if url.password is not None:
        raise ValueError("url_has_password")
    if not (url.username and url.host and url.database):
        raise ValueError("url_incomplete")
    if set(url.query) - _OPTIONS:
        raise ValueError("url_option_unknown")
    if not _is_this_machine(url.host) and not _is_verified(url):
        raise ValueError("tls_not_verified")
    return text


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_verified(url: URL) -> bool:
    return url.query.get("sslmode") == "verify-full" and bool(url.query.get("sslrootcert"))
