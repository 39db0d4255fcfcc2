"""The proof of one payment that its payee keeps: which list it was on, and that the list was signed and sent."""
