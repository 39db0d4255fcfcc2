"""The engines that decide a month over plain Parquet: DuckDB on one machine, Spark on many.

Both run the same compiled rules and say the same, to the fen and to the bit of every mask. Never
done here: deciding. What is due stands in the rule files alone.
"""
