"""Read rule files into programmes, reporting every fault at its file and line."""
