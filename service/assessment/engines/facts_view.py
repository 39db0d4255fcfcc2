"""The one name by which statements read the facts, whatever files an engine puts behind it."""

FACTS = "facts"
