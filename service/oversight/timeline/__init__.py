"""One yuan from law to card: everything that happened to a payment, a person's month, a list or a file, in order."""
