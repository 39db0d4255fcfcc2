"""Importing: a department's file becomes dated records, or rejected rows with every reason.

In order: the file is opened safely, its header found by name, every cell read by its column's type,
keys compared, and only then is anything written, as sets: persons, records, and the tables that
repeat a part of them (register, households, accounts, the banks' answers). A delivery of which too
much cannot be believed imports nothing and is kept with its rejected rows.
"""

from service.residents.importing.deliver import import_delivery
from service.residents.importing.folder import import_folder

__all__ = ["import_delivery", "import_folder"]
