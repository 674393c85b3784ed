"""How a command ends: 0 done, 2 refused with the reason on standard error."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import NoReturn, ParamSpec, TypeVar

import click

from app.domain.errors import DomainError

P = ParamSpec("P")
R = TypeVar("R")

REFUSED = 2


def refuse(problem: DomainError) -> NoReturn:
    """Print the refusal's code and details and end with exit code 2."""
    click.echo(f"refused: {problem}", err=True)
    sys.exit(REFUSED)


def refusing(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a DomainError of `command` into exit code 2; anything else is a fault and keeps its traceback."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except DomainError as problem:
            refuse(problem)

    return wrapped
