"""What all village boards together tell of a programme, month by month, for its public guide."""
