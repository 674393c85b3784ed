"""What the fields of a claim, and of what is written beside it, are called."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

FIGURES: Mapping[str, object] = {
    "numerator": lazy_gettext("done"),
    "denominator": lazy_gettext("total"),
    "percent": lazy_gettext("percentage"),
    "count": lazy_gettext("cases"),
    "faults": lazy_gettext("overdue or faulty"),
    "value": lazy_gettext("figure"),
    "points": lazy_gettext("points"),
    "measures": lazy_gettext("figures"),
    "explanation": lazy_gettext("explanation"),
    "decision": lazy_gettext("verdict given"),
    "round": lazy_gettext("round"),
    "text": lazy_gettext("text"),
    "answer": lazy_gettext("leader's answer"),
    "number": lazy_gettext("number of the decision"),
    "authority": lazy_gettext("in whose name"),
    "signer": lazy_gettext("post of the signer"),
    "place": lazy_gettext("place of issue"),
    "document_id": lazy_gettext("document"),
    "position": lazy_gettext("place"),
}
