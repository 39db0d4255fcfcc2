"""One engine for every bank whose file is a table; a bank is a data file in `profiles/`."""
