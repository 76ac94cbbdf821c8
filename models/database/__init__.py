"""The database: connections, the one way to open a transaction, statements, migrations."""

from models.database.connection import connect, dialect, disconnect
from models.database.migrating import migrate
from models.database.statement import rows
from models.database.transaction import transaction
from models.database.unusable import Unusable

__all__ = ["Unusable", "connect", "dialect", "disconnect", "migrate", "rows", "transaction"]
