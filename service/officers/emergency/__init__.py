"""Emergency access: reading without the duty, witnessed by a second person, for an hour at most."""
