"""Setting the figures of the year before: taken from our own publication, typed, or read from a file; each is kept.

What "last year" is for a new or merged unit is decided for that unit, and said in its source.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.assessments import Assessment, ScoreEntry
from app.db.campaigns import Baseline, Campaign
from app.db.clock import Clock
from app.db.entering import BaselineRecord
from app.db.identity import Unit
from app.db.queries.trees import nodes_of_set
from app.db.session import Work, reading, unit_of_work
from app.domain import policy
from app.domain.claims import Comparison
from app.domain.entered_lines import SOURCE_KEY, VALUE_KEY, Line
from app.domain.entered_words import SOURCE, VALUE
from app.domain.errors import ClaimInvalid, Conflict, InputInvalid, NotFound
from app.domain.points import parse_screen_number, plain, to_units
from app.domain.policy import Actor, Permission, Subject
from app.domain.rules import PreviousPeriodRule
from app.domain.terms import CampaignStatus
from app.services.baseline_proposals import Candidate, EarlierCampaign, Origin, earlier_campaigns, proposals
from app.services.baselines import refuse_impossible
from app.services.line_entry import Checked, Grid, GridColumn, GridRow, Owner, accepted, check_lines

SOURCE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure the rules of the campaign compare, the leaves that do, and how many units have a figure."""

    key: str
    codes: tuple[str, ...]
    known: int


@dataclass(frozen=True, slots=True)
class Past:
    """A figure set earlier: whose, what, from where, by when."""

    unit: str
    value: Decimal
    source: str
    document: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class BaselinesView:
    """One measure of a campaign: units with their figure and source, and what our publications propose."""

    campaign_id: int
    campaign: str
    is_open: bool
    may_change: bool
    measures: tuple[MeasureLine, ...]
    measure: str
    earlier: tuple[EarlierCampaign, ...]
    grid: Grid
    proposed: Mapping[int, tuple[Candidate, ...]]
    past: tuple[Past, ...]


@dataclass(frozen=True, slots=True)
class _Given:
    value: Decimal
    source: str


def baselines_view(campaign_id: int, measure: str, origin: Origin | None, *, actor: Actor) -> BaselinesView:
    """Return one measure; the first where `measure` names none. Raises Forbidden, NotFound, InputInvalid."""
    with reading() as session:
        policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
        campaign = _campaign(session, campaign_id)
        units, measures = _units(campaign), _measures(session, campaign)
        chosen = measure if measure in measures else next(iter(measures), "")
        known = {row.unit_id: row for row in _stored(session, campaign.id, chosen)}
        return BaselinesView(
            campaign_id=campaign.id,
            campaign=campaign.name,
            is_open=campaign.status is not CampaignStatus.DRAFT,
            may_change=_may_change(actor, campaign),
            measures=tuple(
                MeasureLine(key, codes, len(_stored(session, campaign.id, key))) for key, codes in measures.items()
            ),
            measure=chosen,
            earlier=tuple(earlier_campaigns(session, campaign)),
            grid=Grid(
                (GridColumn(VALUE_KEY, VALUE), GridColumn(SOURCE_KEY, SOURCE)),
                tuple(_row(unit, known.get(unit.id)) for unit in units),
                None if _may_change(actor, campaign) else "role_missing",
            ),
            proposed={} if origin is None or not chosen else proposals(session, units, origin),
            past=tuple(_past(session, campaign.id, chosen)),
        )


def _may_change(actor: Actor, campaign: Campaign) -> bool:
    draft = campaign.status is CampaignStatus.DRAFT
    return draft or policy.allows(actor, Permission.CAMPAIGN_OPEN, Subject())


def _row(unit: Unit, known: Baseline | None) -> GridRow:
    cells = {} if known is None else {VALUE_KEY: plain(known.value).replace(".", ","), SOURCE_KEY: known.source}
    return GridRow(unit.id, unit.code, unit.name, cells)


def _past(session: Session, campaign_id: int, measure: str) -> list[Past]:
    statement = (
        select(BaselineRecord, Unit.name)
        .join(Unit, Unit.id == BaselineRecord.unit_id)
        .where(BaselineRecord.campaign_id == campaign_id, BaselineRecord.measure == measure)
        .order_by(BaselineRecord.id.desc())
    )
    return [Past(name, row.value, row.source, row.document, row.at) for row, name in session.execute(statement)]


def check_baselines(campaign_id: int, measure: str, lines: Sequence[Line], *, actor: Actor) -> list[Checked[_Given]]:
    """Return what would come of the lines, one by one; nothing is written. Raises Forbidden, NotFound."""
    with reading() as session:
        policy.require(actor, Permission.CAMPAIGN_CONFIGURE, Subject())
        campaign = _campaign(session, campaign_id)
        _require_measure(session, campaign, measure)
        return _checked(session, campaign, measure, lines)


def enter_baselines(
    campaign_id: int,
    measure: str,
    lines: Sequence[Line],
    document: str,
    *,
    only_good: bool,
    actor: Actor,
    clock: Clock,
) -> int:
    """Take the lines, all or (`only_good`) those nothing is wrong with; return how many were taken.

    Raises: Forbidden, NotFound, InputInvalid lines_refused, no_line_to_take, document_missing in an open campaign.
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign = _held(work, campaign_id, measure, document)
        good = accepted(_checked(work.session, campaign, measure, lines), only_good=only_good)
        for line in good:
            assert line.value is not None
            _put(work, campaign, measure, (line.owner_id, line.value), document)
        return len(good)


def accept_proposals(
    campaign_id: int,
    measure: str,
    origin: Origin,
    picked: Mapping[int, int],
    document: str,
    *,
    actor: Actor,
    clock: Clock,
) -> int:
    """Take what our own publication says; `picked`: unit → the unit whose figure it takes. Return how many were set.

    Raises: Forbidden, NotFound, InputInvalid proposal_gone, no_line_to_take; Conflict("baseline_in_use").
    """
    with unit_of_work(actor=actor, clock=clock) as work:
        campaign = _held(work, campaign_id, measure, document)
        units = _units(campaign)
        proposed = proposals(work.session, units, origin)
        if not picked:
            raise InputInvalid("no_line_to_take")
        for unit in units:
            if unit.id not in picked:
                continue
            given = next((each for each in proposed[unit.id] if each.from_unit_id == picked[unit.id]), None)
            if given is None:
                raise InputInvalid("proposal_gone", unit=unit.name)
            _refuse_in_use(work.session, campaign, measure, unit.id, given.value)
            _put(work, campaign, measure, (unit.id, _Given(given.value, given.source)), document)
        return len(picked)


def _checked(session: Session, campaign: Campaign, measure: str, lines: Sequence[Line]) -> list[Checked[_Given]]:
    def read(unit_id: int, line: Line) -> _Given:
        given = _Given(_value(measure, line), line.cell(SOURCE_KEY))
        if not given.source or len(given.source) > SOURCE_LIMIT:
            raise InputInvalid("baseline_source_missing", limit=SOURCE_LIMIT, field=SOURCE_KEY)
        _refuse_in_use(session, campaign, measure, unit_id, given.value)
        return given

    return check_lines(lines, {unit.code: Owner(unit.id, unit.name) for unit in _units(campaign)}, read)


def _value(measure: str, line: Line) -> Decimal:
    try:
        value = parse_screen_number(line.cell(VALUE_KEY))
        to_units(value)
        refuse_impossible(Comparison(measure, None, value))
    except (InputInvalid, ClaimInvalid) as refused:
        raise InputInvalid(refused.code, **{**refused.details, "field": VALUE_KEY}) from refused
    return value


def _put(work: Work, campaign: Campaign, measure: str, given: tuple[int, _Given], document: str) -> None:
    """Set one unit's figure; every setting is appended to what was set before."""
    unit_id, said = given
    key = {"campaign_id": campaign.id, "unit_id": unit_id, "measure": measure}
    row = work.session.scalars(select(Baseline).filter_by(**key)).one_or_none()
    if row is not None and (row.value, row.source) == (said.value, said.source):
        return
    if row is None:
        row = Baseline(**key)
        work.session.add(row)
    old = None if row.id is None else {"value": plain(row.value), "source": row.source}
    row.value, row.source, row.sample = said.value, said.source, False
    record = BaselineRecord(
        **key,
        value=said.value,
        source=said.source,
        document=document.strip()[:200],
        by_id=work.acting.user_id,
        at=work.now,
    )
    work.session.add(record)
    new = {"measure": measure, "value": plain(said.value), "source": said.source, "document": document.strip()}
    work.audit(f"campaign:{campaign.id}", "baseline_set", "baseline", unit_id, old=old, new=new)


def _refuse_in_use(session: Session, campaign: Campaign, measure: str, unit_id: int, value: Decimal) -> None:
    """Raise Conflict("baseline_in_use") where the unit has scored by another figure of the year before."""
    if campaign.status is CampaignStatus.DRAFT:
        return
    statement = (
        select(ScoreEntry)
        .join(ScoreEntry.assessment)
        .where(Assessment.campaign_id == campaign.id, Assessment.unit_id == unit_id, ScoreEntry.claim.is_not(None))
        .options(joinedload(ScoreEntry.criterion))
    )
    for entry in session.scalars(statement):
        used = (entry.claim or {}).get("measures", {}).get(measure)
        if used is not None and used.get("previous") != plain(value):
            raise Conflict("baseline_in_use", criterion=entry.criterion.code)


def _held(work: Work, campaign_id: int, measure: str, document: str) -> Campaign:
    policy.require(work.acting, Permission.CAMPAIGN_CONFIGURE, Subject())
    campaign = work.session.get(Campaign, campaign_id, with_for_update=True)
    if campaign is None:
        raise NotFound("campaign_unknown", code=campaign_id)
    _require_measure(work.session, campaign, measure)
    if campaign.status is not CampaignStatus.DRAFT:
        policy.require(work.acting, Permission.CAMPAIGN_OPEN, Subject())
        if not document.strip() or len(document) > 200:
            raise InputInvalid("document_missing", limit=200, field="document")
        sheets = select(Assessment.id).where(Assessment.campaign_id == campaign.id).order_by(Assessment.id)
        work.session.execute(sheets.with_for_update(key_share=True)).all()
    return campaign


def _require_measure(session: Session, campaign: Campaign, measure: str) -> None:
    if measure not in _measures(session, campaign):
        raise NotFound("measure_not_compared", measure=measure[:64])


def _campaign(session: Session, campaign_id: int) -> Campaign:
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound("campaign_unknown", code=campaign_id)
    return campaign


def _units(campaign: Campaign) -> list[Unit]:
    units = {unit.id: unit for group in campaign.groups for unit in group.group.units}
    return sorted(units.values(), key=lambda unit: unit.code)


def _measures(session: Session, campaign: Campaign) -> dict[str, tuple[str, ...]]:
    """Return the measures the campaign's rules compare with the year before, each with its leaves."""
    found: dict[str, list[str]] = {}
    for set_id in sorted({group.set_id for group in campaign.groups}):
        for node in nodes_of_set(session, set_id):
            if isinstance(node.rule, PreviousPeriodRule):
                for measure in node.rule.measures:
                    found.setdefault(measure.key, []).append(node.code)
    return {key: tuple(dict.fromkeys(codes)) for key, codes in found.items()}


def _stored(session: Session, campaign_id: int, measure: str) -> Sequence[Baseline]:
    return session.scalars(select(Baseline).filter_by(campaign_id=campaign_id, measure=measure)).all()
