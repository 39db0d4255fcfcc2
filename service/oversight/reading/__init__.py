"""Who looked at whom: what each address shows of people is recorded, and auditors and residents see it."""
