"""Chains: which steps a batch takes, by programme and amount, as a county has written them down."""
