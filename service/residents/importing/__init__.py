"""Importing: a department's file becomes dated records, or rejected rows with every reason.

In order: the file is opened safely, its header found by name, every cell read by its column's
type, piece by piece into temporary tables; keys are compared there; the whole is judged; and only
then is anything written, as sets: records, and the tables that repeat a part of them (register,
households, accounts, the banks' answers). A delivery that looks odd as a whole waits, with its
bytes, for the steward; one that cannot be read is refused. Rejected rows are kept in either case
and can come back corrected.
"""

from service.residents.importing.confirm import confirm, decline
from service.residents.importing.deliver import import_delivery
from service.residents.importing.folder import import_folder
from service.residents.importing.give_back import rejected_workbook

__all__ = ["confirm", "decline", "import_delivery", "import_folder", "rejected_workbook"]
