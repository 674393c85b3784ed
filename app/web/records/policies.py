"""The settings of a draft campaign on one page: approval, proof, grounds for 0, the explanation, ranking."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.db.criteria import Criterion
from app.domain.campaign import Answerable, Consequence, LateReport, Policies, ReportMode, RoundTwo, Signature
from app.domain.campaign_change import CHANGEABLE_POLICIES
from app.domain.deadlines import DayCount
from app.domain.errors import DomainError, InputInvalid
from app.domain.points import plain
from app.domain.ranking import RankOn
from app.web.labels import (
    ANSWERABLE,
    CONSEQUENCES,
    DAY_COUNTS,
    LATE_REPORT,
    RANK_ON,
    REPORT_MODES,
    ROUND_TWO,
    SIGNATURES,
)
from app.web.records.campaigns import CampaignRecords
from app.web.records.fields import PointsField, WordsField
from app.web.records.index_lines import index_lines, read_index_lines
from app.web.records.turns import take_turn
from app.web.records.typed import plain_lines
from app.words.numbers import figure
from app.words.settings import LABELS

_GROUND = re.compile(r"([a-z][a-z0-9_]{0,39})\s*:\s*(\S.*)")


def _words(name: str, vocabulary: Any, words: Any) -> WordsField:
    return WordsField(LABELS[name], vocabulary=vocabulary, words=words)


class PoliciesForm(FlaskForm):
    """One field a setting; what they say together is `Policies`."""

    internal_approval = BooleanField(LABELS["internal_approval"])
    explanation = _words("explanation", Consequence, CONSEQUENCES)
    evidence = _words("evidence", Consequence, CONSEQUENCES)
    signature = _words("signature", Signature, SIGNATURES)
    inserted_number = _words("inserted_number", Consequence, CONSEQUENCES)
    zero_grounds = TextAreaField(
        LABELS["zero_grounds"],
        description=lazy_gettext(
            "One a line: a key in small letters, a colon, the sentence. no_evidence: No document."
        ),
        render_kw={"rows": 5},
    )
    explanation_days = IntegerField(LABELS["explanation_days"], [InputRequired(), NumberRange(1, 60)])
    day_count = _words("day_count", DayCount, DAY_COUNTS)
    explanation_closes = StringField(
        LABELS["explanation_closes"], [InputRequired()], render_kw={"placeholder": "17:00"}
    )
    request_answerable = _words("request_answerable", Answerable, ANSWERABLE)
    request_days = IntegerField(LABELS["request_days"], [InputRequired(), NumberRange(1, 60)])
    correction_days = IntegerField(LABELS["correction_days"], [InputRequired(), NumberRange(1, 60)])
    round_two = _words("round_two", RoundTwo, ROUND_TWO)
    supplementary_required = BooleanField(LABELS["supplementary_required"])
    rank_on = _words("rank_on", RankOn, RANK_ON)
    cap_index = BooleanField(LABELS["cap_index"])
    tie_breakers = StringField(
        LABELS["tie_breakers"],
        description=lazy_gettext(
            "Codes of the set in order, with commas: II, 5.5. Empty: equal indexes share a position."
        ),
    )
    public_results = BooleanField(LABELS["public_results"])
    bonus_cap = PointsField(LABELS["bonus_cap"], [Optional()], description=lazy_gettext("Empty: no cap."))
    penalty_cap = PointsField(LABELS["penalty_cap"], [Optional()], description=lazy_gettext("Empty: no cap."))
    report = _words("report", ReportMode, REPORT_MODES)
    report_missing = _words("report_missing", Consequence, CONSEQUENCES)
    report_late = _words("report_late", LateReport, LATE_REPORT)
    indexes = TextAreaField(
        LABELS["indexes"],
        description=lazy_gettext(
            "Empty: one index. Else one a line: code; name; codes of its criteria with commas; weight. "
            "Without weights the combined index counts all points as a whole, else it is their weighted mean."
        ),
        render_kw={"rows": 4, "placeholder": "CS1; …; I, II; 40"},
    )


class PoliciesPage(CampaignRecords):
    """The records of campaigns, with the page of settings."""

    fields_of_refusals = {"zero_key_twice": "zero_grounds"}

    @expose("/policies/<pk>", methods=["GET", "POST"])
    @has_access
    def policies(self, pk: str) -> ResponseReturnValue:
        session = self.datamodel.session
        if request.method == "POST":
            take_turn(session)
        item = self._found(pk)
        if (fixed := self.why_fixed(item)) is not None:
            return self._fixed(item, fixed)
        form = PoliciesForm(data=_fields(Policies.from_json(item.policies)))
        if request.method == "POST" and form.validate() and self._policies_kept(form, item):
            flash(gettext("Saved."), "success")
            return redirect(url_for("CampaignRecords.show", pk=item.id))
        status = 422 if request.method == "POST" else 200
        session.rollback()
        title, columns = gettext("Settings of the campaign"), list(LABELS)
        return self._page(self.edit_template, title, form=form, item=self._found(pk), columns=columns), status

    def _policies_kept(self, form: PoliciesForm, item: Any) -> bool:
        with self.datamodel.session.no_autoflush:
            try:
                self._hold(item)
                item.policies = _policies(form, self._codes(item)).to_json()
            except DomainError as refused:
                self._say(form, refused)
                return False
        self.datamodel.edit(item)
        return True

    def _codes(self, item: Any) -> frozenset[str]:
        """Return the codes of the sets the campaign's groups are scored by."""
        sets = [group.set_id for group in item.groups]
        return frozenset(self.datamodel.session.scalars(select(Criterion.code).where(Criterion.set_id.in_(sets))))

    def extra_of(self, item: Any) -> dict[str, Any]:
        """Return the settings in words, for the page of the campaign."""
        return {"settings": settings_in_words(Policies.from_json(item.policies))}


#: endpoints are named after the class
PoliciesPage.__name__ = "CampaignRecords"


def settings_in_words(policies: Policies, names: Collection[str] | None = None) -> list[tuple[str, str]]:
    """Return the settings of a campaign, or those `names`: what each is called, and what it is set to."""
    form = PoliciesForm(data=_fields(policies), meta={"csrf": False})
    said = {name: _in_words(form[name]) for name in LABELS}
    said["zero_grounds"] = "; ".join(ground.text for ground in policies.zero_grounds) or said["zero_grounds"]
    return [(str(LABELS[name]), said[name]) for name in LABELS if names is None or name in names]


def _fields(policies: Policies) -> dict[str, Any]:
    return {
        **{name: getattr(policies, name) for name in LABELS},
        "zero_grounds": "\n".join(f"{ground.key}: {ground.text}" for ground in policies.zero_grounds),
        "explanation_closes": policies.explanation_closes.strftime("%H:%M"),
        "tie_breakers": ", ".join(policies.tie_breakers),
        "indexes": index_lines(policies.indexes),
    }


def _policies(form: PoliciesForm, known: frozenset[str]) -> Policies:
    """Read the form. Raises InputInvalid naming the field: ground_unreadable, zero_key_twice, tie_breaker_unknown …"""
    codes = [code.strip() for code in (form.tie_breakers.data or "").split(",") if code.strip()]
    for code in codes:
        if code not in known:
            raise InputInvalid("tie_breaker_unknown", code=code[:20], field="tie_breakers")
    try:
        return Policies.from_json(
            {
                "internal_approval": form.internal_approval.data,
                "support_policy": {"explanation": form.explanation.data.value, "evidence": form.evidence.data.value},
                "signature": form.signature.data.value,
                "inserted_number": form.inserted_number.data.value,
                "zero_grounds": list(_grounds(plain_lines(form.zero_grounds.data) or "")),
                "explanation_days": {
                    "days": form.explanation_days.data,
                    "counting": form.day_count.data.value,
                    "closes": (form.explanation_closes.data or "").strip(),
                },
                "request_answerable": form.request_answerable.data.value,
                "request_days": form.request_days.data,
                "correction_days": form.correction_days.data,
                "round_two": form.round_two.data.value,
                "supplementary_required": form.supplementary_required.data,
                "rank_on": form.rank_on.data.value,
                "cap_index": form.cap_index.data,
                "tie_breakers": codes,
                "public_results": form.public_results.data,
                "bonus_cap": None if form.bonus_cap.data is None else plain(form.bonus_cap.data),
                "penalty_cap": None if form.penalty_cap.data is None else plain(form.penalty_cap.data),
                "report": form.report.data.value,
                "report_missing": form.report_missing.data.value,
                "report_late": form.report_late.data.value,
                "indexes": list(read_index_lines(plain_lines(form.indexes.data) or "", known)),
            },
        )
    except InputInvalid as refused:
        if refused.details.get("field") == "closes":
            raise InputInvalid("hour_unreadable", field="explanation_closes") from refused
        raise


def _grounds(text: str) -> Iterable[dict[str, str]]:
    for line in filter(None, (each.strip() for each in text.split("\n"))):
        found = _GROUND.fullmatch(line)
        if found is None:
            raise InputInvalid("ground_unreadable", line=line[:60], field="zero_grounds")
        yield {"key": found[1], "text": found[2]}


def _in_words(field: Any) -> str:
    if isinstance(field, BooleanField):
        return str(gettext("Yes") if field.data else gettext("No"))
    if isinstance(field, WordsField):
        return str(dict(field.choices)[field.data.value])
    if isinstance(field, PointsField):
        return figure(field.data)
    return "–" if field.data in {None, ""} else str(field.data)


#: fields of a form that make up one setting
_PART_OF = {
    "explanation": "support_policy",
    "evidence": "support_policy",
    "day_count": "explanation_days",
    "explanation_closes": "explanation_days",
}
FIXED_FIELDS = frozenset(name for name in LABELS if _PART_OF.get(name, name) not in CHANGEABLE_POLICIES)


def form_of_policies(policies: Policies) -> PoliciesForm:
    """Return the settings of an open campaign as a form.

    What a request typed goes before what is stored, but for the settings that stay as the campaign was opened.
    """
    form = PoliciesForm(data=(stored := _fields(policies)))
    for name in FIXED_FIELDS:
        form[name].data = stored[name]
    return form


def policies_of_form(stored: Policies, known: frozenset[str]) -> Policies:
    """Return the settings a request typed; `known`: codes that may decide ties. Raises InputInvalid, at its field."""
    form = form_of_policies(stored)
    form.validate()
    for name, errors in form.errors.items():
        if name not in FIXED_FIELDS:
            raise InputInvalid("field_refused", field=name, words=f"{LABELS[name]}: {errors[0]}")
    return _policies(form, known)
