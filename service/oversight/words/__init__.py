"""What acts and things of the trail are called in both languages."""
