"""What each department writes into its feeds, in the columns of the delivery contract."""
