"""Where an auditor begins: what waits, what was found, how far each sample is, and whether the trail holds."""
