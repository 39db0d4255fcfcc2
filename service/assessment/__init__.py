"""Assessment: run the rules over a snapshot and keep what came out, for everyone.

For every subject and programme the outcome (due, not due, unknown), the amount in fen and two
bitmasks (conditions that held, conditions not known) go into Parquet beside the snapshot. Due and
unknown ones, and those that stopped being due, also become rows. Sentences are made on demand from
the masks. This stage and `programmes` are the only ones that know `eligibility_rules`.
"""
