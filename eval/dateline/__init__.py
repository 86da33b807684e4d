"""Dateline: a gold corpus of crisis reporting and the harness that scores any extraction system against it."""

__version__ = "0.1.0"
