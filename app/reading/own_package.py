"""Open a workbook or document that may be ours: a zip whose parts are read within bounds, or not at all."""

from __future__ import annotations

import io
import zipfile
import zlib

from app.domain.errors import InputInvalid

#: what a criteria set of thousands of rows takes, many times over
LARGEST_FILE, LARGEST_WHOLE, MOST_PARTS = 16_000_000, 64_000_000, 2_000
_CHUNK = 64 * 1024
#: the two ways office programs pack; what the others unpack to cannot be bounded while it comes out
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class Package:
    """The parts of a zip, by name. A part that claims less than it holds is broken, not read on."""

    def __init__(self, data: bytes) -> None:
        """Raise InputInvalid: own_file_too_large, own_file_unreadable."""
        if len(data) > LARGEST_FILE:
            raise InputInvalid("own_file_too_large")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as broken:
            raise InputInvalid("own_file_unreadable") from broken
        parts = self._zip.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_WHOLE:
            raise InputInvalid("own_file_too_large")
        self.names = tuple(part.filename for part in parts)
        twice = len(set(self.names)) != len(self.names)  # which of the two counts would be a guess
        if twice or any(part.compress_type not in _PACKED for part in parts):
            raise InputInvalid("own_file_unreadable")

    def read(self, name: str, *, most: int = LARGEST_FILE) -> bytes:
        """Return a part. Raises InputInvalid: own_file_too_large, own_file_unreadable (also where there is none)."""
        try:
            if self._zip.getinfo(name).file_size > most:
                raise InputInvalid("own_file_too_large")
            with self._zip.open(name) as stream:  # in pieces: at once, a part unpacks whole, whatever it claims
                return b"".join(iter(lambda: stream.read(_CHUNK), b""))
        except (KeyError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError) as broken:
            raise InputInvalid("own_file_unreadable") from broken
