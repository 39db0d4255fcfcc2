"""Ways to carry bytes to a bank and back: a result has three values, and unknown is one of them."""

from bank_adapters.transport.address import AddressRefused, ClientCertificate, Door
from bank_adapters.transport.fetch import FetchedFile, RemoteFile
from bank_adapters.transport.folder import CLERKS, WITH_CLERK, FolderTransport
from bank_adapters.transport.https import HttpsTransport
from bank_adapters.transport.outcome import BankUnreachable, Delivery, Outcome, Place, Sighting
from bank_adapters.transport.session import Login
from bank_adapters.transport.sftp import SftpTransport
from bank_adapters.transport.way import Transport

__all__ = [
    "CLERKS",
    "WITH_CLERK",
    "AddressRefused",
    "BankUnreachable",
    "ClientCertificate",
    "Delivery",
    "Door",
    "FetchedFile",
    "FolderTransport",
    "HttpsTransport",
    "Login",
    "Outcome",
    "Place",
    "RemoteFile",
    "SftpTransport",
    "Sighting",
    "Transport",
]
