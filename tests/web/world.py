"""A campaign for the pages: one leaf of every rule kind, two communes and an agency, one account per role."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from app.db.assessments import Assessment
from app.db.campaigns import AppraiserAssignment, Baseline, Campaign, GradeBand, GroupStage, OfficerAssignment, Phase
from app.db.clock import Clock
from app.db.criteria import CriteriaSet, Criterion
from app.db.holidays import Holiday
from app.db.identity import Council, LegalBasis, Membership, PeerGroup, PortalUser, Unit
from app.db.session import unit_of_work
from app.domain.terms import LeaderKind, PhaseKind, Role, ScoredBy, UnitTier
from app.services.campaign_opening import open_in

PASSWORD = "ba con trâu đen 2024"

#: code → (maximum, rule, who scores); the rules are those of the kinds' table, small figures
LEAVES: dict[str, tuple[str, dict[str, Any], ScoredBy]] = {
    "1.1": (
        "1",
        {"kind": "choice", "options": [["1", "Đủ", "1"], ["2", "Thiếu", "0"]], "pick": "one", "nothing_arose": "1"},
        ScoredBy.UNIT,
    ),
    "1.2": (
        "2",
        {"kind": "choice", "options": [["1", "Sổ", "2"], ["2", "Bảng", "1"], ["3", "Không", "0"]], "pick": "best"},
        ScoredBy.UNIT,
    ),
    "1.3": ("2", {"kind": "bands", "on": "percent", "bands": [[None, "85", "0"], ["85", None, "2"]]}, ScoredBy.UNIT),
    "1.4": (
        "5",
        {
            "kind": "bands",
            "on": "count",
            "bands": [["0", "1", "5"], ["1", None, "2"]],
            "zero_when": [{"key": "unfinished_task", "text": "Có nhiệm vụ không hoàn thành"}],
        },
        ScoredBy.UNIT,
    ),
    "1.5": (
        "4",
        {"kind": "proportional", "floor": "80", "floor_closed": True, "cap": "100"},
        ScoredBy.UNIT,
    ),
    "1.6": ("1", {"kind": "per_case", "each": "0.25", "cap": "1"}, ScoredBy.UNIT),
    "1.7": (
        "1",
        {"kind": "deduction", "threshold": "99", "start": None, "each": "0.5", "floor": "0", "cut_off": 2},
        ScoredBy.UNIT,
    ),
    "1.8": (
        "1",
        {
            "kind": "previous_period",
            "measures": [{"key": "cchc_rank", "better": "lower"}],
            "combine": "worst",
            "higher": "1",
            "equal": "0.5",
            "lower": "0",
            "first_year": None,
        },
        ScoredBy.UNIT,
    ),
    "1.9": ("1", {"kind": "judged", "step": "0.25"}, ScoredBy.UNIT),
    "2.1": ("1", {"kind": "survey", "weights": [["5", "5"], ["1", "1"]], "basis": "scaled"}, ScoredBy.LEADERS),
    "2.2": ("1", {"kind": "external", "scale": "100"}, ScoredBy.EXTERNAL),
}


@dataclass(frozen=True)
class World:
    """The ids; `sheets` by unit code."""

    campaign: int
    set: int
    stage: int
    sheets: dict[str, int]
    units: dict[str, int]
    users: dict[str, int]


#: username → (role, unit, council?, covers all leaves)
PEOPLE: dict[str, tuple[Role, str | None, bool, bool]] = {
    "quan_tri": (Role.ADMINISTRATOR, None, False, False),
    "to_chuc": (Role.ORGANISER, None, False, False),
    "can_bo_01": (Role.OFFICER, "XM01", False, False),
    "can_bo_02": (Role.OFFICER, "XM02", False, False),
    "tong_hop_01": (Role.OFFICER, "XM01", False, True),
    "dau_moi_01": (Role.COORDINATOR, "XM01", False, False),
    "thu_truong_01": (Role.UNIT_HEAD, "XM01", False, False),
    "dau_moi_02": (Role.COORDINATOR, "XM02", False, False),
    "tham_dinh_pnv": (Role.APPRAISER, "PNV", False, False),
    "tham_dinh_khac": (Role.APPRAISER, "TTH", False, False),
    "thu_ky": (Role.SECRETARIAT, None, True, False),
    "chu_tich_hd": (Role.COUNCIL_CHAIR, None, True, False),
    "phe_duyet": (Role.APPROVING_AUTHORITY, None, True, False),
    "lanh_dao_01": (Role.LEADER, None, True, False),
    "kiem_toan": (Role.AUDITOR, None, False, False),
}


def full_rule(short: dict[str, Any]) -> dict[str, Any]:
    """Write a rule out as the codec wants it."""
    rule = {"version": 1, "nothing_arose": None, **short}
    if rule["kind"] == "choice":
        rule["options"] = [{"key": key, "text": text, "points": points} for key, text, points in rule["options"]]
    if rule["kind"] == "bands":
        rule["bands"] = [
            {"from": low, "from_closed": True, "to": high, "to_closed": False, "points": points}
            for low, high, points in rule["bands"]
        ]
    if rule["kind"] == "survey":
        rule["weights"] = dict(rule["weights"])
    return rule


def build_world(clock: Clock) -> World:
    """Make the campaign and open it; the scoring phase is November 2024, the lock 25/11 17:00 Vietnam time."""
    with unit_of_work(actor=None, clock=clock) as work:
        session = work.session
        units = {
            code: Unit(code=code, name=name, tier=tier, valid_from=dt.date(2020, 1, 1))
            for code, name, tier in (
                ("XM01", "Xã mẫu 01", UnitTier.COMMUNE),
                ("XM02", "Xã mẫu 02", UnitTier.COMMUNE),
                ("PNV", "Phòng Nội vụ", UnitTier.AGENCY),
                ("TTH", "Thanh tra huyện", UnitTier.AGENCY),
            )
        }
        group = PeerGroup(code="xa", name="Xã", units=[units["XM01"], units["XM02"]])
        council = Council(code="HDTD", name="Hội đồng thẩm định")
        frame = _set()
        basis = LegalBasis(number="1/QĐ-UBND", title="Quy chế", issued_on=dt.date(2024, 1, 2), issuer="UBND huyện")
        day_off = Holiday(day=dt.date(2024, 4, 30), name="Ngày Giải phóng miền Nam")
        session.add_all([*units.values(), group, council, frame, basis, day_off])
        session.flush()
        users = _people(session, units, council)
        campaign = _campaign(session, frame, group, council)
        nodes = {node.code: node for node in frame.criteria}
        session.add(AppraiserAssignment(campaign=campaign, criterion=nodes["1"], group=group, agency=units["PNV"]))
        session.add(AppraiserAssignment(campaign=campaign, criterion=nodes["2"], group=group, agency=units["PNV"]))
        for code in ("01", "02"):
            session.add(
                OfficerAssignment(
                    campaign=campaign,
                    unit=units[f"XM{code}"],
                    criterion=nodes["1"],
                    user=users[f"can_bo_{code}"],
                ),
            )
            session.add(
                Baseline(
                    campaign_id=campaign.id,
                    unit=units[f"XM{code}"],
                    measure="cchc_rank",
                    value=Decimal(5),
                    source="mẫu",
                    sample=True,
                ),
            )
        session.flush()
        open_in(work, campaign)
        session.flush()
        sheets = session.scalars(select(Assessment)).all()
        return World(
            campaign=campaign.id,
            set=frame.id,
            stage=campaign.groups[0].id,
            sheets={sheet.unit.code: sheet.id for sheet in sheets},
            units={code: unit.id for code, unit in units.items()},
            users={name: user.id for name, user in users.items()},
        )


def _set() -> CriteriaSet:
    frame = CriteriaSet(code="bo_thu", name="Bộ thử", year=2024)
    parts = {"1": "Chỉ đạo", "2": "Đánh giá"}
    position = 0
    for part, title in parts.items():
        leaves = [(code, *rest) for code, rest in LEAVES.items() if code.startswith(part)]
        total = sum((Decimal(most) for _, most, _, _ in leaves), Decimal(0))
        position += 1
        root = Criterion(position=position, code=part, title=title, maximum=total)
        frame.criteria.append(root)
        for code, most, rule, scorer in leaves:
            position += 1
            frame.criteria.append(
                Criterion(
                    position=position,
                    code=code,
                    title=f"Tiêu chí {code}",
                    original="Nguyên văn của tiêu chí",
                    maximum=Decimal(most),
                    parent=root,
                    rule=full_rule(rule),
                    scored_by=scorer,
                ),
            )
    return frame


def _people(session: Session, units: dict[str, Unit], council: Council) -> dict[str, PortalUser]:
    hashed = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")
    users = {}
    for name, (role, unit, in_council, covers) in PEOPLE.items():
        user = PortalUser(
            username=name,
            first_name=name,
            last_name="",
            email=f"{name}@example.invalid",
            active=True,
            password=hashed,
            password_change_required=False,
        )
        user.appointments.append(
            Membership(
                role=role,
                unit=units[unit] if unit else None,
                council=council if in_council else None,
                covers_all_leaves=covers,
                leader_kind=LeaderKind.CHAIRMAN if role is Role.LEADER else None,
            ),
        )
        session.add(user)
        users[name] = user
    session.flush()
    return users


def _campaign(session: Session, frame: CriteriaSet, group: PeerGroup, council: Council) -> Campaign:
    made = Campaign(code="thu_2024", name="Chấm điểm thử 2024", year=2024)
    made.groups = [GroupStage(group=group, council=council, criteria_set=frame)]
    made.bands = [GradeBand(name="Tốt", lower=Decimal(80)), GradeBand(name="Khá", lower=Decimal(0))]
    made.phases = [
        Phase(
            kind=PhaseKind.SCORING,
            opens_at=dt.datetime(2024, 11, 1, tzinfo=dt.UTC),
            closes_at=dt.datetime(2024, 11, 25, 10, 0, tzinfo=dt.UTC),
        ),
    ]
    session.add(made)
    session.flush()
    return made
