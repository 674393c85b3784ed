"""What the portal asks of a store of files; a folder today, an object store behind the same words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Protocol


class BlobTooLarge(Exception):
    """The stream held more than the limit allows; nothing was kept."""


class BlobMissing(Exception):
    """There is no file of that hash."""


class BlobDamaged(Exception):
    """The file no longer hashes to its name; it is not served."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A kept file: its hash in hexadecimal, its size in bytes."""

    sha256: str
    size: int


class BlobStore(Protocol):
    def put(self, stream: BinaryIO, *, limit: int) -> Blob:
        """Keep what `stream` holds, at most `limit` bytes. Raises BlobTooLarge."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Return the file for reading. Raises BlobMissing, BlobDamaged."""
        ...

    def check(self) -> None:
        """Raise OSError unless the store can be written and read."""
        ...
