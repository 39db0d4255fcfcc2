"""A witness (C2SP tlog-witness): another institution's word that a log only ever grew.

It runs elsewhere, on its own directory and with its own keys: no database, none of our tables or
settings. For each log that it knows it keeps the last checkpoint it cosigned, and cosigns the next
one only when it is proved to continue that one. Nothing here may import more than the pure parts of
``service.audit.log``; the contract in ``pyproject.toml`` holds it to that.
"""
