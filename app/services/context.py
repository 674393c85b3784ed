"""Everything one sheet is judged by, loaded once within a transaction: tree, dates, people, overrides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.assessments import AnswerWindow, Assessment, Exemption, Receipt
from app.db.campaigns import CampaignOverride
from app.db.criteria import Criterion
from app.db.queries.assignments import appraiser_scopes, officers_by_leaf
from app.db.queries.office import recused_of
from app.db.queries.trees import criterion_ids, tree_of_frozen_set
from app.db.queries.versions import in_force
from app.db.setup import SheetClosing
from app.domain import policy
from app.domain.campaign import Policies
from app.domain.criteria import Node, Tree
from app.domain.deadlines import Span, Window, closing_time, in_effect, may_amend, may_write
from app.domain.errors import Forbidden, NotFound
from app.domain.opening import agencies_by_leaf
from app.domain.policy import Actor, Permission, Subject
from app.domain.scoring import override_points
from app.domain.terms import ItemStatus, ReceiptKind, Role, ScoredBy, Stage, State, WindowGround
from app.domain.workflow import Standing, reads_as, stage_of, stage_of_closed, standing
from app.services.campaign_opening import scoring_span
from app.services.leaf_documents import DocumentLine


@dataclass(frozen=True, slots=True)
class SheetContext:
    """The facts around one assessment at the instant `now`."""

    assessment: Assessment
    now: dt.datetime
    tree: Tree
    ids: Mapping[str, int]
    policies: Policies
    scoring: Span | None
    windows: tuple[Window, ...]
    officers: Mapping[str, frozenset[int]]
    agencies: Mapping[str, int]
    overrides: Mapping[str, Decimal]
    exempt: frozenset[str]
    ever_submitted: bool
    recused: frozenset[int] = frozenset()
    closing: SheetClosing | None = None

    @property
    def stage(self) -> Stage:
        return stage_of(self.assessment.stage, self.assessment.group_stage.stage)

    @property
    def own_leaves(self) -> tuple[Node, ...]:
        """The leaves the unit scores itself: neither overridden nor exempt nor anybody else's."""
        return tuple(leaf for leaf in self.tree.leaves if self.is_own(leaf))

    def is_own(self, leaf: Node) -> bool:
        return leaf.scored_by is ScoredBy.UNIT and leaf.code not in self.overrides and leaf.code not in self.exempt

    def writable(self, code: str | None = None) -> bool:
        """Return whether the unit may write claims now: in the phase or a window, and not yet sent (or amending)."""
        if self.assessment.state is State.SUBMITTED:
            return may_amend(self.now, self.windows, leaf=code)
        return may_write(self.now, self.scoring, self.windows, leaf=code, what="claim")

    def keeps(self, code: str) -> bool:
        """Whether a leaf was sent and may not be changed now: whatever is sent next, it stays as it was sent."""
        return self.ever_submitted and not self.writable(code)

    @property
    def score_permission(self) -> Permission:
        """A sheet already sent is amended, within its window; any other is scored."""
        return Permission.ASSESSMENT_AMEND if self.assessment.state is State.SUBMITTED else Permission.ASSESSMENT_SCORE

    @property
    def closes_at(self) -> dt.datetime | None:
        return closing_time(self.now, self.scoring, self.windows)

    @property
    def locked_at(self) -> dt.datetime | None:
        """When the scoring phase closed; None while it has not."""
        over = self.scoring is not None and self.now >= self.scoring.closes_at
        return self.scoring.closes_at if over and self.scoring is not None else None

    @property
    def standing(self) -> Standing:
        if self.closing is not None:
            return Standing.CLOSED
        upcoming = self.scoring is not None and self.scoring.is_upcoming(self.now)
        return standing(
            self.assessment.state,
            ever_submitted=self.ever_submitted,
            writable=self.phase_or_window_open,
            upcoming=upcoming,
        )

    @property
    def phase_or_window_open(self) -> bool:
        """Whether claims may be written by the calendar alone, whatever the state."""
        return may_write(self.now, self.scoring, self.windows, leaf=None, what="claim")

    def asked_at_once(self) -> bool:
        """Whether evidence is, or was, asked for before the release, to be answered then."""
        asked = any(window.ground is WindowGround.EVIDENCE_REQUEST for window in self.windows)
        return self.stage is Stage.FIRST_APPRAISAL and asked

    def supplement_round(self, code: str) -> int:
        """The round a document added with an answer on this leaf belongs to: each sending of its answer closes one."""
        concerned = {None, self.ids[code]}
        return 1 + sum(
            receipt.kind is ReceiptKind.EXPLANATION and receipt.criterion_id in concerned
            for receipt in self.assessment.receipts
        )

    def sent_supplements(
        self, code: str, documents: Sequence[DocumentLine], *, unsent: bool
    ) -> tuple[DocumentLine, ...]:
        """Return the supplements of a leaf that may be read: those of the round still open only with `unsent`."""
        return tuple(each for each in documents if unsent or each.round < self.supplement_round(code))

    def reads_as_sent(self, actor: Actor, code: str | None = None) -> bool:
        """Whether the reader meets what was sent: who is not of the unit, and its own people once nothing is open.

        What a unit changed and did not send again in time has lapsed: it is in the history alone. With `code`, of one
        leaf: a window on another one does not bring back what lapsed here.
        """
        draft = self.assessment.unit_id in actor.unit_ids and self.writable(code)
        return self.ever_submitted and self.subject().state is State.SUBMITTED and not draft

    def roles_of(self, actor: Actor) -> frozenset[Role]:
        """Return the roles `actor` brings to this sheet's machines."""
        return actor.roles_for(self.subject())

    def subject(self, code: str | None = None) -> Subject:
        """Return what the policy is asked about: the whole sheet, or one leaf of it."""
        agencies = self.agencies.values() if code is None else [self.agencies[code]] if code in self.agencies else []
        state = reads_as(
            self.assessment.state,
            ever_submitted=self.ever_submitted,
            writable=self.phase_or_window_open,
        )
        return Subject(
            unit_id=self.assessment.unit_id,
            council_id=self.assessment.group_stage.council_id,
            state=state if self.closing is None or state is State.SUBMITTED else None,
            stage=self.stage if self.closing is None else stage_of_closed(self.stage),
            writable=self.writable(code),
            answerable=may_write(self.now, self.scoring, self.windows, leaf=code, what="reply"),
            leaf_user_ids=None if code is None else self.officers.get(code, frozenset()),
            agency_ids=frozenset(agencies),
            published=self.stage is Stage.PUBLISHED,
            locked_at=self.locked_at,
            recused_ids=self.recused,
        )


def find_assessment(session: Session, assessment_id: int, *, lock: bool = False) -> Assessment:
    """Return an assessment, its row locked when it is to be written. Raises NotFound("assessment_unknown")."""
    statement = select(Assessment).where(Assessment.id == assessment_id)
    if lock:
        statement = statement.with_for_update(key_share=True, of=Assessment)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("assessment_unknown")
    return found


def sheet_context(session: Session, assessment: Assessment, now: dt.datetime) -> SheetContext:
    """Load the facts around `assessment`; a constant number of statements, the tree from memory."""
    stage = assessment.group_stage
    tree = tree_of_frozen_set(session, stage.set_id)
    ids = criterion_ids(session, stage.set_id)
    codes = {number: code for code, number in ids.items()}
    scopes = appraiser_scopes(session, assessment.campaign_id, stage.group_id)
    sent = _ever_submitted(session, assessment.id)
    closing = session.scalars(select(SheetClosing).where(SheetClosing.assessment_id == assessment.id)).one_or_none()
    return SheetContext(
        assessment=assessment,
        now=now,
        tree=tree,
        ids=ids,
        policies=Policies.from_json(assessment.campaign.policies),
        scoring=scoring_span(assessment.campaign.phases) if closing is None else None,
        windows=windows_of(assessment.windows, codes, ever_submitted=sent) if closing is None else (),
        officers=officers_by_leaf(session, assessment.campaign_id, assessment.unit_id, tree),
        agencies={
            code: agency
            for code, agency in agencies_by_leaf(tree, assessment.unit_id, scopes).items()
            if agency is not None
        },
        overrides=overrides_of(session, assessment.campaign_id, tree, stage.set_id),
        exempt=_exempt(session, assessment.id, codes),
        ever_submitted=sent,
        recused=recused_of(session, assessment.campaign_id, assessment.unit_id),
        closing=closing,
    )


def windows_of(rows: Iterable[AnswerWindow], codes: Mapping[int, str], *, ever_submitted: bool) -> tuple[Window, ...]:
    """Return windows as the domain judges them; one on a leaf that a new version left behind opens nothing."""
    windows = (
        Window(
            ground=row.ground,
            leaf=None if row.criterion_id is None else codes[row.criterion_id],
            opens_at=row.opens_at,
            due_at=row.ends_at,
            withdrawn=row.closing is not None and row.closing.withdrawn,
        )
        for row in rows
        if row.criterion_id is None or row.criterion_id in codes
    )
    return in_effect(windows, ever_submitted=ever_submitted)


def overrides_of(session: Session, campaign_id: int, tree: Tree, set_id: int) -> dict[str, Decimal]:
    statement = (
        select(Criterion.code, CampaignOverride.points)
        .join(CampaignOverride, CampaignOverride.criterion_id == Criterion.id)
        .where(CampaignOverride.campaign_id == campaign_id, Criterion.set_id == set_id)
    )
    return {row.code: override_points(row.points, tree.node(row.code).maximum) for row in session.execute(statement)}


def _exempt(session: Session, assessment_id: int, codes: Mapping[int, str]) -> frozenset[str]:
    accepted = select(Exemption.criterion_id).where(
        Exemption.assessment_id == assessment_id,
        Exemption.status == ItemStatus.ACCEPTED,
        Exemption.in_force,
    )
    return frozenset(codes[number] for number in session.scalars(accepted))


def _ever_submitted(session: Session, assessment_id: int) -> bool:
    sent = select(Receipt.id).where(Receipt.assessment_id == assessment_id, Receipt.kind == ReceiptKind.SELF_SCORE)
    return session.scalars(sent.where(in_force()).limit(1)).first() is not None


def see(context: SheetContext, actor: Actor) -> None:
    """Raise NotFound unless `actor` may read the sheet."""
    try:
        policy.require(actor, Permission.ASSESSMENT_READ, context.subject())
    except Forbidden as hidden:
        raise NotFound("assessment_unknown") from hidden
