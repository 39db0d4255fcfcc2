"""Files that were not believed: what differs, and the acts by which each of them comes to an end."""
