"""What stands below every stage: database, queue, disk, clocks, keys, backups."""
