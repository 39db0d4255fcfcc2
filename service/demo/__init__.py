"""Synthetic people, departments and money for demonstrations and tests; nobody here is real."""
