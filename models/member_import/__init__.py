"""Members from the association's directory, as a CSV file."""

from models.member_import.columns import COLUMNS
from models.member_import.file import Unreadable
from models.member_import.importing import Report, Underway, import_members
from models.member_import.line import BadLine

__all__ = ["COLUMNS", "BadLine", "Report", "Underway", "Unreadable", "import_members"]
