"""Data sets that need no download, and a user's own arrays."""

from analogs.training.data.digits import digits
from analogs.training.data.split import Split

__all__ = ["Split", "digits"]
