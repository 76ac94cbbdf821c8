"""Databases that nobody has migrated yet."""

from tests.new_database import new_database_url

__all__ = ["new_database_url"]
