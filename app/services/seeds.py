"""Load a seed folder: idempotent, what stands in the database is never overwritten."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DataError, IntegrityError

from app.db.clock import Clock
from app.db.session import Work, unit_of_work
from app.domain.errors import Conflict
from app.services.campaign_opening import open_in
from app.services.seed_campaigns import load_campaigns
from app.services.seed_files import seed_folder
from app.services.seed_identity import (
    FIRST_PASSWORD_TERM,
    FirstAccount,
    load_accounts,
    load_councils,
    load_groups,
    load_holidays,
    load_legal_bases,
    load_units,
)
from app.services.seed_sets import load_sets


@dataclass(frozen=True, slots=True)
class SeedLoaded:
    """What one load added; all empty when everything was there already."""

    accounts: tuple[FirstAccount, ...]
    campaigns: tuple[str, ...]


def load_seed(name: str, *, clock: Clock, term: dt.timedelta = FIRST_PASSWORD_TERM) -> SeedLoaded:
    """Load seed `name` in one transaction and open its rehearsals; first passwords end after `term`.

    Raises: NotFound, InputInvalid, RuleInvalid; Conflict("seed_refused_by_database") for what `check_seed` names.
    """
    folder = seed_folder(name)
    try:
        with unit_of_work(actor=None, clock=clock) as work:
            return _load(work, folder, name, term)
    except (IntegrityError, DataError) as refused:
        raise Conflict("seed_refused_by_database", reason=str(refused.orig).splitlines()[0]) from refused


def _load(work: Work, folder: Path, name: str, term: dt.timedelta) -> SeedLoaded:
    session = work.session
    load_units(session, folder)
    load_groups(session, folder)
    load_councils(session, folder)
    load_legal_bases(session, folder)
    load_holidays(session, folder)
    accounts = load_accounts(session, folder, name, until=work.now + term)
    load_sets(session, folder)
    campaigns = load_campaigns(session, folder, now=work.now)
    for campaign in campaigns:
        if campaign.rehearsal:
            open_in(work, campaign)
    _audit(work, name, [campaign.code for campaign in campaigns], len(accounts))
    return SeedLoaded(tuple(accounts), tuple(campaign.code for campaign in campaigns))


def _audit(work: Work, name: str, campaigns: list[str], accounts: int) -> None:
    if campaigns or accounts:
        new: dict[str, object] = {"campaigns": campaigns, "accounts": accounts}
        work.audit("house", "seed_loaded", "seed", name, old=None, new=new)
