"""Eligibility rules: the law of each programme as data, decided the same way for everybody.

A programme is one YAML file naming its law, its conditions as short typed expressions with a
sentence in two languages, its amount, and when it starts and stops. `compile_sql` turns any number
of them into one statement over a snapshot, for DuckDB or for Spark; `evaluate` decides one subject
in plain Python and says why. All three agree to the fen, which the tests keep proving.

Never done here: reading a database, guessing a missing fact (missing is unknown, and unknown is an
outcome of its own), using a float, or running text as code.
"""

from eligibility_rules.compiling.compile import compile_sql, required_columns
from eligibility_rules.compiling.dialects import Dialect
from eligibility_rules.compiling.office_late_sql import office_late_sql
from eligibility_rules.compiling.pool_pass import freeze_pools
from eligibility_rules.deciding.decision import Decision, Outcome, Reason, ValueUsed
from eligibility_rules.deciding.evaluate import evaluate, freeze_pool
from eligibility_rules.deciding.office_late import is_office_late
from eligibility_rules.deciding.pool import PoolRate, pool_rate
from eligibility_rules.errors import Fault, RuleFault, RulesInvalid
from eligibility_rules.explanation.explain import explain
from eligibility_rules.facts import Fact, FactCatalogue, Subject, key_column
from eligibility_rules.load import RuleSet, load_canonical, load_rules
from eligibility_rules.month import Month
from eligibility_rules.parameters import Parameter
from eligibility_rules.periods import Frequency
from eligibility_rules.programme import Channel, Condition, Programme, Rounding
from eligibility_rules.resting import Resting, resting
from eligibility_rules.words import Words

__all__ = [
    "Channel",
    "Condition",
    "Decision",
    "Dialect",
    "Fact",
    "FactCatalogue",
    "Fault",
    "Frequency",
    "Month",
    "Outcome",
    "Parameter",
    "PoolRate",
    "Programme",
    "Reason",
    "Resting",
    "Rounding",
    "RuleFault",
    "RuleSet",
    "RulesInvalid",
    "Subject",
    "ValueUsed",
    "Words",
    "compile_sql",
    "evaluate",
    "explain",
    "freeze_pool",
    "freeze_pools",
    "is_office_late",
    "key_column",
    "load_canonical",
    "load_rules",
    "office_late_sql",
    "pool_rate",
    "required_columns",
    "resting",
]
