"""What the administrators look at: how the service does, the banks' channels, the offices.

They keep the machines running and say who may do what, and have no way to money: nothing here moves,
holds or redirects a payment. What a bank's channel says is changed at the server by a command, because
who may change it decides where files go (`docs/decisions/0041-…`).
"""
