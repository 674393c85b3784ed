"""Steps of an import review by plain forms, for the tests of its pages."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient

from tests.web.conftest import csrf_of


def bring(client: FlaskClient, data: bytes = b"docx", name: str = "phu_luc.docx") -> str:
    """Upload a file; return the address of its review."""
    form = {"csrf_token": csrf_of(client), "file": (BytesIO(data), name)}
    answer = client.post("/imports/", data=form, content_type="multipart/form-data")
    assert answer.status_code == 303, text_of(answer)
    return str(answer.headers["Location"])


def text_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def version_of(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def make(client: FlaskClient, review: str, act: str, **fields: Any) -> Any:
    """Press a button of the page as it stands now."""
    version = fields.pop("version", None) or version_of(text_of(client.get(review)))
    form = {"csrf_token": csrf_of(client), "version": version, "act": act, **fields}
    return client.post(f"{review.partition('?')[0]}/decisions", data=form)


def counts(page: str) -> list[str]:
    """Return the figures of the bar: rows, points, findings settled of all."""
    return re.findall(r'<b class="num">([^<]*)</b>', page)[:3]


def keep(client: FlaskClient, review: str, **fields: str) -> Any:
    page = text_of(client.get(f"{review}/save"))
    form = {"csrf_token": csrf_of(client), "version": version_of(page), "code": "xa_2025", "name": "Bộ", "year": "2025"}
    return client.post(f"{review}/save", data={**form, **fields})
