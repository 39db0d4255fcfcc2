"""Webhooks: tells the systems of departments and bank halls what became of payments, once it is so.

An event is written by the statement that moves the lines (`outbox`), carries up to five hundred
references and no personal data (`payload`), and is sent until it is taken (`deliver`). Two
administrators agree on who receives (`agree`); neither has a say in money. How a receiver checks
what it got: `docs/receive-webhooks.md`.
"""
