"""One batch for the archive: the list as it was signed, what became of every line, and totals that agree."""
