"""Remind people of deadlines that concern them and are not met yet; the daily digest of what they were told.

A reminder bears the name of its deadline, its instant and the days left: however many workers compute it, and however
often, nobody is told twice; a deadline that is moved is a new one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import Select, select

from app.db.campaigns import Campaign
from app.db.clock import Clock
from app.db.identity import PortalUser
from app.db.notices import Notice
from app.db.outbox import MailPreference
from app.db.session import current, reading, unit_of_work
from app.domain.notices import MailChoice, NoticeKind
from app.domain.reminders import days_left, digest_instant
from app.domain.terms import CampaignStatus
from app.services.deadline_people import DeadlineNear
from app.services.deadlines_near import deadlines_near
from app.services.notices import Occasion, tell
from app.services.outbox import new_mail, reachable

AfterEach = Callable[[int, int], None]


def _nothing(_done: int, _total: int) -> None:
    return None


def remind(day: dt.date, *, clock: Clock, after_each: AfterEach = _nothing) -> int:
    """Remind everybody of what `day` asks for, a campaign at a time; return how many were told.

    The campaign's row is locked, so that of two runners the second finds what the first told.
    """
    with reading() as session:
        is_open = Campaign.status == CampaignStatus.OPEN
        campaigns = session.scalars(select(Campaign.id).where(is_open).order_by(Campaign.id)).all()
    told = 0
    for number, campaign_id in enumerate(campaigns, 1):
        with unit_of_work(actor=None, clock=clock) as work:
            locked = select(Campaign).where(Campaign.id == campaign_id).with_for_update(key_share=True)
            campaign = work.session.scalars(locked).one()
            found = deadlines_near(work.session, campaign, day, work.now)
            told += sum(tell(work, _occasion(each, day), each.user_ids) for each in found)
        after_each(number, len(campaigns))
    return told


def _occasion(near: DeadlineNear, day: dt.date) -> Occasion:
    left = days_left(near.due, day)
    facts: dict[str, str | int] = {
        "unit": near.who,
        "phase": near.what.value,
        "due": near.due.isoformat(),
        "days": left,
        "count": near.count,
    }
    once = f"near:{near.key}:{near.due.astimezone(dt.UTC):%Y%m%d%H%M%S}:{left}"
    return Occasion(NoticeKind.DEADLINE_NEAR, near.path, facts, once)


def digest(day: dt.date, *, clock: Clock, after_each: AfterEach = _nothing) -> int:
    """Queue the digest of `day` for everybody who chose one and has something unread; return how many.

    Nothing before its hour, nor where the portal sends no mail. The rows are locked: of two runners the second finds
    what the first has told of.
    """
    until, queued = digest_instant(day), 0
    if not current().mails:
        return 0
    with unit_of_work(actor=None, clock=clock) as work:
        if work.now < until:
            return 0
        for row in work.session.scalars(_waiting_for_digest(until)).all():
            notices = list(work.session.scalars(_unread(row, until)))
            row.digested_until = until
            if notices:
                work.session.add(new_mail(row.user_id, notices, f"digest:{day.isoformat()}", work.now))
                queued += 1
    after_each(1, 1)
    return queued


def _waiting_for_digest(until: dt.datetime) -> Select[MailPreference]:
    return (
        select(MailPreference)
        .join(PortalUser, PortalUser.id == MailPreference.user_id)
        .where(MailPreference.choice == MailChoice.DIGEST, MailPreference.digested_until < until, reachable())
        .order_by(MailPreference.user_id)
        .with_for_update(of=MailPreference)
    )


def _unread(row: MailPreference, until: dt.datetime) -> Select[int]:
    return (
        select(Notice.id)
        .where(Notice.user_id == row.user_id, Notice.read_at.is_(None))
        .where(Notice.at > row.digested_until, Notice.at <= until)
        .order_by(Notice.id)
    )
