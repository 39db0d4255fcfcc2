"""SFTP pull: look at a department's server, take what is complete and new, remember it."""
