"""Put a policy question without a database: facts in a file, a decision and its lines out."""
