"""Files in a folder: stream → hash → fsync → rename to the hash → fsync of the folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO

from app.storage.blobs import Blob, BlobDamaged, BlobMissing, BlobTooLarge

CHUNK = 1024 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")


class LocalBlobs:
    """A BlobStore in `folder`, two levels deep; the same content is kept once."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)

    def put(self, stream: BinaryIO, *, limit: int) -> Blob:
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix="incoming-")
        incoming = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as target:
                blob = _copy(stream, target, limit)
                target.flush()
                os.fsync(target.fileno())
            self._keep(incoming, self._path(blob.sha256))
        finally:
            incoming.unlink(missing_ok=True)
        return blob

    def open(self, sha256: str) -> BinaryIO:
        path = self._path(sha256)
        if not path.exists():
            raise BlobMissing(sha256)
        with path.open("rb") as stored:
            if hashlib.file_digest(stored, "sha256").hexdigest() != sha256:
                raise BlobDamaged(sha256)
        return path.open("rb")

    def check(self) -> None:
        with tempfile.TemporaryFile(dir=self._folder) as probe:
            probe.write(b"ok")
            probe.seek(0)
            if probe.read() != b"ok":
                raise OSError("the store does not give back what it was given")

    def _path(self, sha256: str) -> Path:
        if not _HASH.fullmatch(sha256):
            raise BlobMissing(sha256)
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    @staticmethod
    def _keep(incoming: Path, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.link(incoming, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _copy(stream: BinaryIO, target: BinaryIO, limit: int) -> Blob:
    hashed, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise BlobTooLarge(limit)
        hashed.update(chunk)
        target.write(chunk)
    return Blob(hashed.hexdigest(), size)
