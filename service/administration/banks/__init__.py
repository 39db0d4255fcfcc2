"""The channels to the banks, read only: how each does, what was agreed, what went and came."""
