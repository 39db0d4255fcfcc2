"""Ways to carry bytes to a bank and back: a result has three values, and unknown is one of them."""

from bank_adapters.transport.outcome import Delivery, Outcome, Place, Sighting
from bank_adapters.transport.sftp import FetchedFile, Login, RemoteFile, SftpTransport

__all__ = [
    "Delivery",
    "FetchedFile",
    "Login",
    "Outcome",
    "Place",
    "RemoteFile",
    "SftpTransport",
    "Sighting",
]
