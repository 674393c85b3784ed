"""People of an appraising office in the world of the pages, and the steps of a group with both units sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from werkzeug.security import generate_password_hash

from app.db.campaigns import Campaign, Phase
from app.db.criteria import Criterion
from app.db.identity import Membership, PortalUser
from app.db.queries.people import actor_of
from app.db.session import reading, unit_of_work
from app.domain.terms import GroupAction, PhaseKind, Role, UnitAction
from app.services.appraisal_shares import NewShare, share_out
from app.services.explanations import reply, send_explanation
from app.services.recusals import record_recusal
from app.services.submissions import act
from tests.services.evidence_steps import LOCK, appraise
from tests.services.flow import FULL, Flow
from tests.web.world import PASSWORD

#: account → what it holds: (role, unit or None for the council)
OFFICE: dict[str, tuple[tuple[Role, str | None], ...]] = {
    "tham_dinh_hai": ((Role.APPRAISER, "PNV"),),
    "thu_truong_pnv": ((Role.UNIT_HEAD, "PNV"),),
    "thu_truong_tth": ((Role.UNIT_HEAD, "TTH"),),
    "thu_truong_02": ((Role.UNIT_HEAD, "XM02"),),
    # people of XM01 who hold a role that judges, too: nobody appraises the own unit
    "tham_dinh_xm01": ((Role.APPRAISER, "PNV"), (Role.OFFICER, "XM01")),
    "thu_ky_xm01": ((Role.SECRETARIAT, None), (Role.OFFICER, "XM01")),
}
CLOSING = dt.datetime(2024, 12, 9, 10, 0, tzinfo=dt.UTC)


def staff(flow: Flow) -> Flow:
    """Add the people of the office to the world."""
    hashed = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")
    with unit_of_work(actor=None, clock=flow.clock) as work:
        council = work.session.get_one(Campaign, flow.world.campaign).groups[0].council_id
        for name, roles in OFFICE.items():
            user = PortalUser(
                username=name, first_name=name, last_name="", email=f"{name}@example.invalid", active=True
            )
            user.password, user.password_change_required = hashed, False
            for role, unit in roles:
                place = {"council_id": council} if unit is None else {"unit_id": flow.world.units[unit]}
                user.appointments.append(Membership(role=role, **place))
            work.session.add(user)
            work.session.flush()
            flow.world.users[name] = user.id
    with reading() as session:
        flow.actors |= {name: actor_of(session, flow.world.users[name]) for name in OFFICE}
    return flow


def branch(flow: Flow, code: str) -> int:
    """Return the row of a criterion of the campaign's set."""
    with reading() as session:
        found = session.query(Criterion.id).filter_by(set_id=flow.world.set, code=code).one()
        return int(found[0])


def share(flow: Flow, person: str, code: str | None = None, *, who: str = "thu_truong_pnv", **more: int) -> None:
    command = NewShare(
        flow.world.campaign,
        flow.world.units["PNV"],
        flow.world.users[person],
        criterion_id=None if code is None else branch(flow, code),
        **more,
    )
    share_out(command, actor=flow.who(who), clock=flow.clock)


def recuse(flow: Flow, unit: str, who: str, person: str | None = None) -> None:
    number = None if person is None else flow.world.users[person]
    record_recusal(flow.world.sheets[unit], number, "người thân", actor=flow.who(who), clock=flow.clock)


def both_sent(flow: Flow) -> Flow:
    """Both units have sent all they have; the first appraisal is open."""
    for unit in ("XM01", "XM02"):
        flow.fill(unit, FULL)
    flow.send("XM01")
    send_second(flow)
    flow.now = LOCK
    flow.group(GroupAction.OPEN_FIRST_APPRAISAL)
    return flow


def send_second(flow: Flow) -> None:
    sheet = flow.world.sheets["XM02"]
    act(sheet, UnitAction.REQUEST_APPROVAL, actor=flow.who("can_bo_02"), clock=flow.clock)
    act(sheet, UnitAction.APPROVE_BY_UNIT, actor=flow.who("thu_truong_02"), clock=flow.clock)
    act(sheet, UnitAction.SUBMIT, actor=flow.who("dau_moi_02"), clock=flow.clock)


def contested(flow: Flow) -> Flow:
    """XM01 alone has sent; 1.5 was cut from 4 to 3,6 and is contested; the second appraisal is open."""
    flow.fill("XM01", FULL)
    flow.send("XM01")
    appraise(flow)
    reply(flow.world.sheets["XM01"], "1.5", "Kho bạc tính thiếu", actor=flow.who("can_bo_01"), clock=flow.clock)
    send_explanation(flow.world.sheets["XM01"], actor=flow.who("dau_moi_01"), clock=flow.clock)
    flow.now += dt.timedelta(hours=1)
    flow.group(GroupAction.OPEN_SECOND_APPRAISAL)
    return flow


def by_council(flow: Flow) -> Flow:
    """The council decides the second round; its secretariat records it (source 002)."""
    return setting(flow, round_two="council")


def setting(flow: Flow, **policies: Any) -> Flow:
    with unit_of_work(actor=None, clock=flow.clock) as work:
        campaign = work.session.get_one(Campaign, flow.world.campaign)
        campaign.policies = {**campaign.policies, **policies}
    return flow


def closing(flow: Flow) -> Flow:
    """Let the first appraisal close at 17:00 on 09/12."""
    with unit_of_work(actor=None, clock=flow.clock) as work:
        phase = Phase(campaign_id=flow.world.campaign, kind=PhaseKind.FIRST_APPRAISAL, opens_at=None, closes_at=CLOSING)
        work.session.add(phase)
    return flow
