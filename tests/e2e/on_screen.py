"""A seed's campaign beside a portal that serves it: the clock of the play is the clock of the portal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page
from reportlab.pdfgen.canvas import Canvas

from app.db.campaigns import Campaign
from app.db.clock import FixedClock
from app.db.session import unit_of_work
from app.services.desk import desk
from tests.scenarios.play import Played, start

Begin = Callable[..., Any]


@pytest.fixture(scope="session")
def pages_template(sqlite_template: Path) -> tuple[Path, None]:
    """A seed stands alone in the database, not beside the world of the pages."""
    return sqlite_template, None


class OnScreen(Played):
    """A campaign played beside a portal whose clock it moves."""

    portal: Flask

    def at(self, local: str) -> None:
        super().at(local)
        self.portal.extensions["clock"] = FixedClock(self.now)

    def appraise_but(self, unit: str, by: str, kept: str = "") -> None:
        """Agree with every leaf on the own desk but one."""
        for each in desk(actor=self.who(by), clock=self.clock):
            if each.assessment_id == self.sheets[unit] and each.node.code != kept:
                self._decide(unit, each.node.code, self.who(by), 0)


@pytest.fixture
def begin(portal: Flask) -> Begin:
    def began(seed: str, at: str, organiser: str, **settings: Any) -> Played:
        year = start(seed, Path(portal.config["DATA_DIR"]), at=at, organiser=organiser)
        year.__class__ = OnScreen
        year.portal = portal  # type: ignore[attr-defined]
        year.at(at)
        with unit_of_work(actor=None, clock=year.clock) as work:
            campaign = work.session.get_one(Campaign, year.campaign_id)
            campaign.policies = {**campaign.policies, "report": "none", **settings}
        return year

    return began


def fill(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        page.locator(f'main [name="{name}"]').first.fill(text)


def paper(folder: Path, words: str) -> Path:
    made = folder / "bao_cao.pdf"
    canvas = Canvas(str(made))
    canvas.drawString(100, 700, words)
    canvas.save()
    return made
