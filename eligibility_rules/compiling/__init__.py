"""Write the rules as SQL for DuckDB and Spark: everybody at once, the same to the fen."""
