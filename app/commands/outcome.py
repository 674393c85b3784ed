"""How a command ends: 0 done, 2 refused with the reason on standard error."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import NoReturn, ParamSpec, TypeVar

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.domain.errors import DomainError, InputInvalid
from app.words.refusals import in_plain_words

P = ParamSpec("P")
R = TypeVar("R")

REFUSED = 2

#: what SQLite says, and the SQLSTATEs of PostgreSQL, where a table or column is not there (yet)
_SCHEMA_WORDS = ("no such table", "no such column", "has no column named")
_SCHEMA_STATES = frozenset({"42P01", "42703"})


def refuse(problem: Exception) -> NoReturn:
    """Print why not, in one line: the code with what it names, then the sentence. End with exit code 2."""
    words = in_plain_words(problem) if isinstance(problem, DomainError) else ""
    said = f"{problem} – {words}" if words else str(problem)
    click.echo(f"refused: {' '.join(said.split())}", err=True)
    sys.exit(REFUSED)


def refusing(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what `command` was refused into exit code 2; anything else is a fault and keeps its traceback."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except DomainError as problem:
            refuse(problem)
        except (OperationalError, ProgrammingError) as problem:
            refuse(_of_database(problem))
        except UnicodeEncodeError as problem:  # words of the command line that were no text, or no letter of the stream
            refuse(InputInvalid("text_not_utf8", text=ascii(problem.object[problem.start : problem.end])))

    return wrapped


def _of_database(problem: OperationalError | ProgrammingError) -> DomainError:
    """Say what to do about a database that answered with an error; a statement of ours that is wrong stays a fault."""
    said = str(problem.orig)
    if getattr(problem.orig, "sqlstate", None) in _SCHEMA_STATES or any(word in said for word in _SCHEMA_WORDS):
        return InputInvalid("database_not_upgraded", run="flask db upgrade")
    if isinstance(problem, ProgrammingError):
        raise problem
    return InputInvalid("database_unavailable", reason=said.splitlines()[0] if said else "")
