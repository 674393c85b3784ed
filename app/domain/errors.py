"""Refusals of the domain: each has a code, which is a translation key, an audit key and a test's target."""

from __future__ import annotations


class DomainError(Exception):
    """A refusal with a snake_case `code` and the `details` its sentence on screen needs.

    The code is never shown as it stands: the sentence is chosen where the refusal is shown.
    """

    def __init__(self, code: str, /, **details: object) -> None:
        super().__init__(code, details)
        self.code: str = code
        self.details: dict[str, object] = details

    def __str__(self) -> str:
        if not self.details:
            return self.code
        return f"{self.code} ({', '.join(f'{name}={value}' for name, value in self.details.items())})"

    def __reduce__(self) -> tuple[object, ...]:
        """Keep code and details across a pickle: the default would pass the details as a positional argument."""
        return _restored, (type(self), self.code, self.details)


def _restored(kind: type[DomainError], code: str, details: dict[str, object]) -> DomainError:
    return kind(code, **details)


class RuleInvalid(DomainError):
    """A scoring rule, or its JSON, cannot be relied upon. Never scored 0."""


class ClaimInvalid(DomainError):
    """What was claimed cannot be measured by the leaf's rule."""


class TreeInvalid(DomainError):
    """The criteria do not form a tree whose maxima sum."""


class InputInvalid(DomainError):
    """A text or a figure that was typed or read cannot be understood."""


class Forbidden(DomainError):
    """This actor may not do this to this object now."""


class NotFound(DomainError):
    """There is no such object, or not for this actor: the two look alike on purpose."""


class TransitionRefused(DomainError):
    """The machine does not move this way from here, for this role, or with this guard unmet."""


class SubmissionRefused(DomainError):
    """The sheet cannot be sent as it stands."""


class Conflict(DomainError):
    """Someone else was there first, or the object is frozen."""
