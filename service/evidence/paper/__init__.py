"""A payment's pack on paper: the same content as the JSON, in sentences and short tables, in each language."""
