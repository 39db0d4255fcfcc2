"""A whole bank as a process of its own: an SFTP server, two channels, books, and faults on request.

Run `python -m bank_adapters.simulator --state DIR --port 0`. It prints one JSON line saying where
it listens, then serves until it is stopped. README.md describes folders, plan and referee.
"""
