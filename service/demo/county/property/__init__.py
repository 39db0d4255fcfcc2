"""What people own and where they live: dwellings, companies, buildings at risk."""
