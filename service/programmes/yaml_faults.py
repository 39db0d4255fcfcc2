"""What is wrong with a YAML text, for the later stages that read one: the rules' own sentences."""

from eligibility_rules.reading.broken_yaml import YamlFault, fault_of

__all__ = ["YamlFault", "fault_of"]
