"""What carries every stage: settings, engines, database, clock, ids, money, encryption, jobs, problems, logs.

Nothing here knows what a subsidy is. A stage imports from here; this folder imports from no stage.
"""
