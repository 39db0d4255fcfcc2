"""What may be expected next, programme by programme: how much, when, and what would stop it."""
