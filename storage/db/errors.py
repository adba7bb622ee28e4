"""What a database error means: was anything kept, is it worth another try, and what do we tell the person."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.domain.shared.errors import Unavailable

_CERTAIN = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CONSTRAINT}
"""SQLite result codes after which a failed COMMIT has certainly kept nothing, once it is rolled back."""
_WRITE_REFUSED = sqlite3.SQLITE_IOERR_WRITE
"""A frame that could not be written ends no transaction: the commit frame comes last and carries a checksum."""
_PG_AGAIN = {"40001", "40P01", "55P03", "57P01", "57P02", "57P03"}
"""Serialization failure, deadlock, lock not available, and a server that is shutting down, crashed or starting."""
_PG_FULL = {"53100"}


def _sqlite_code(error: DBAPIError) -> int:
    return _sqlite_extended(error) & 0xFF


def _sqlite_extended(error: DBAPIError) -> int:
    return getattr(error.orig, "sqlite_errorcode", 0)


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def reason(error: DBAPIError) -> str:
    """A code for the log; never the statement or its values."""
    return getattr(error.orig, "sqlite_errorname", None) or _sqlstate(error) or type(error.orig).__name__


def certainly_rolled_back(error: Exception) -> bool:
    """Whether nothing can have been kept although the error came from COMMIT itself."""
    if not isinstance(error, DBAPIError):
        return True
    if _sqlite_code(error) in _CERTAIN or _sqlite_extended(error) == _WRITE_REFUSED:
        return True
    return bool(_sqlstate(error)) and not error.connection_invalidated


def worth_repeating(error: Exception) -> bool:
    """Whether the same transaction, which kept nothing, may well succeed in a moment: lock, deadlock, lost connection."""
    if not isinstance(error, DBAPIError):
        return False
    return _sqlite_code(error) == sqlite3.SQLITE_BUSY or _sqlstate(error) in _PG_AGAIN or error.connection_invalidated


def too_busy() -> Unavailable:
    """The sentence where every connection is taken."""
    return Unavailable("database_busy", "The database does not answer just now. Please try again in a minute.")


def said(error: Exception) -> Exception:
    """What somebody hears of an error that is the database's; every other one as it is."""
    if isinstance(error, DBAPIError):
        return unavailable(error)
    return too_busy() if isinstance(error, PoolTimeout) else error


def unavailable(error: DBAPIError) -> Unavailable:
    """The sentence for a person whose work was not saved because of `error`."""
    full = _sqlite_code(error) == sqlite3.SQLITE_FULL or _sqlite_extended(error) == _WRITE_REFUSED or _sqlstate(error) in _PG_FULL
    if full:
        return Unavailable("disk_full", "Not saved: the disk of OOB's machine takes no more. Please tell your administrator.")
    if _sqlite_code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return Unavailable("database_damaged", "Not saved: OOB's database is damaged. Please tell your administrator at once.")
    return Unavailable("database_failed", "Not saved: OOB's database does not work just now. Please tell your administrator.")
