"""The database: connections, the one way to open a transaction, statements, migrations."""

from models.database.connection import connect, dialect, disconnect
from models.database.emptying import emptied
from models.database.migrating import migrate
from models.database.statement import Busy, hasty_rows, rows
from models.database.transaction import transaction, when_committed
from models.database.unusable import Unusable

__all__ = [
    "Busy",
    "Unusable",
    "connect",
    "dialect",
    "disconnect",
    "emptied",
    "hasty_rows",
    "migrate",
    "rows",
    "transaction",
    "when_committed",
]
