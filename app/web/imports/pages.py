"""What the pages of the import review share: the blueprint, the reader, the stores, who reads and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, current_app, request, url_for

from app.domain.errors import InputInvalid
from app.services.imports import ReadFile
from app.storage.blobs import BlobStore
from app.storage.waiting import WaitingUploads

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

#: what of an address says where the reader of a page is; carried along by every form
PLACE_NAMES = ("at", "finding", "show", "tab", "tree")


def read_file() -> ReadFile:
    """Return the portal's reader of appendices."""
    return cast("ReadFile", current_app.extensions["read_file"])


def store() -> BlobStore:
    return cast("BlobStore", current_app.extensions["blobs"])


def waiting() -> WaitingUploads:
    return cast("WaitingUploads", current_app.extensions["waiting_uploads"])


def where(**changes: Any) -> dict[str, str]:
    """Return the place of the page in its address, with changes; what is empty is left out."""
    given: Mapping[str, str] = request.values
    kept = {name: given.get(name, "") for name in PLACE_NAMES} | {name: str(value) for name, value in changes.items()}
    return {name: value for name, value in kept.items() if value}


def page_of(import_id: int, anchor: str = "", **changes: Any) -> str:
    """Return the address of a review at the place the reader is, with changes."""
    address = url_for("imports.show", import_id=import_id)
    asked = urlencode(where(**changes))
    return address + (f"?{asked}" if asked else "") + (f"#{anchor}" if anchor else "")


def whole(name: str) -> int:
    """Return the whole number of a form's field. Raises InputInvalid("wrong_type")."""
    given = request.form.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise InputInvalid("wrong_type", field=name)
    return int(given)


def whole_or_none(name: str) -> int | None:
    given = request.args.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
