"""One month for the archive: an index of its batches, the books, the bank days, rules and facts."""
