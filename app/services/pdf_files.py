"""Uploads of PDF files: judged by content before they are kept, whoever brings them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import BinaryIO

from app.domain.errors import InputInvalid
from app.domain.file_checks import HEAD, SIGNED_MARK, TAIL, clean_file_name, pdf_refusal
from app.storage.blobs import Blob, BlobStore, BlobTooLarge

#: bytes of one file
FILE_LIMIT = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileOffered:
    """An upload as it arrives: an open stream with the name it had on the officer's machine."""

    stream: BinaryIO
    name: str


def keep_pdf(offered: FileOffered, store: BlobStore) -> Blob:
    """Keep a PDF in the store. Raises InputInvalid with file_empty, file_not_pdf, file_cut_off, file_too_large."""
    _require_pdf(offered)
    try:
        return store.put(offered.stream, limit=FILE_LIMIT)
    except BlobTooLarge as too_large:
        raise InputInvalid("file_too_large", limit=FILE_LIMIT // 1024 // 1024) from too_large


def bears_signature(offered: FileOffered) -> bool:
    """Whether a PDF bears a digital signature; what it is worth is not looked at."""
    offered.stream.seek(0)
    tail, found = b"", False
    while not found and (piece := offered.stream.read(1024 * 1024)):
        found = SIGNED_MARK in tail + piece
        tail = piece[-len(SIGNED_MARK) :]
    offered.stream.seek(0)
    return found


def _require_pdf(offered: FileOffered) -> None:
    """Judge by content, never by name: how the file begins and how it ends."""
    head = offered.stream.read(HEAD)
    size = offered.stream.seek(0, os.SEEK_END)
    offered.stream.seek(max(0, size - TAIL))
    tail = offered.stream.read(TAIL)
    offered.stream.seek(0)
    refusal = pdf_refusal(head, tail)
    if refusal is not None:
        raise InputInvalid(refusal, name=clean_file_name(offered.name))
