"""The archive itself: a zip whose bytes depend on what is in it and on nothing else."""
