"""Forgetting who somebody was: nothing of them is left, and nothing of others is lost."""

from models.erasure.erasing import Farewell, erase, replay
from models.erasure.log import ErasureLog
from models.erasure.purging import purge

__all__ = ["ErasureLog", "Farewell", "erase", "purge", "replay"]
