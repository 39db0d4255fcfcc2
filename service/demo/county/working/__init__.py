"""What people do: jobs, schools, farms, and the insurance that follows from them."""
