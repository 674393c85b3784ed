"""Reads a file into rows and nothing more, as the portal's own child does: ``python -m bench.plain_rows NAME``."""

from __future__ import annotations

import json
import sys

from app.reading.codec import document_to_json
from app.reading.files import read_document

if __name__ == "__main__":
    document = read_document(sys.stdin.buffer.read(), sys.argv[1])
    sys.stdout.write(json.dumps(document_to_json(document), ensure_ascii=False))
