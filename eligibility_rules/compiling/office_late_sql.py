"""The same question for DuckDB: who is due only because the law's deadline counts."""

from eligibility_rules.compiling.compile import compile_sql
from eligibility_rules.facts import key_column
from eligibility_rules.load import RuleSet
from eligibility_rules.month import Month


def office_late_sql(rules: RuleSet, code: str, month: Month, table: str) -> str | None:
    """One statement for the keys of those of ``table`` who would not be due without a deadline.

    None if the programme's start asks about no deadline. Whether they are due is not asked.
    Raises RuleFault if the code is unknown.
    """
    programme = rules.programme(code)
    columns = [programme.facts.facts[name].column(code) for name in programme.deadlines]
    if not columns:
        return None
    nothing = ", ".join(f'NULL::DATE AS "{one}"' for one in columns)
    told = " OR ".join(f'"{one}" IS NOT NULL' for one in columns)
    key = key_column(programme.subject)
    without = f"(SELECT * REPLACE ({nothing}) FROM {table} WHERE {told})"  # noqa: S608 - columns are ours
    asked = compile_sql(rules, programme.subject, month, without, [code], ordered=False)
    return f"SELECT {key} FROM ({asked}) WHERE {code}_outcome <> 1"  # noqa: S608 - codes are ours
