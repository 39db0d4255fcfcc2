"""The officer's side of a PKCS#11 token: run on the officer's own computer, never on the server."""
