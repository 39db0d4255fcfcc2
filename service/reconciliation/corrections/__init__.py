"""Corrections of failed payments by workbook: exported, filled in, imported, looked at, asked for.

A failed line goes out as one row. The row comes back with the account that the payee named, and
is judged cell by cell: what is right is kept as ready, what is wrong is kept with its faults until
somebody mends it, so that nothing that was typed is lost. Nothing changes at the import. An
officer then asks for the ready ones, and each becomes an ordinary request to change an account,
which a second officer has to agree to; only then can the payment be issued again.
"""
