"""`flask demo play`: a whole campaign on sample communes, played by the services themselves."""

from __future__ import annotations

from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.commands.outcome import refuse, refusing
from app.domain.editions import PositionsAfter
from app.domain.errors import Forbidden
from app.services.demo_annul import annul_one
from app.services.demo_play import UNTIL, Wish, play
from app.services.paper_language import vietnamese

demo = AppGroup("demo", help="Campaigns to look at; refused in production.")


@demo.command("play")
@click.option("--units", type=click.IntRange(1, 200), default=23, show_default=True, help="Sample communes.")
@click.option("--until", type=click.Choice(UNTIL), default="published", show_default=True, help="Where to stop.")
@click.option("--from", "source", default="dinh_hoa_2024", show_default=True, help="Campaign of a loaded seed.")
@click.option("--spread", is_flag=True, help="Leave units in all states.")
@click.option("--seed", "number", type=int, default=7, show_default=True, help="The same number, the same results.")
@with_appcontext
@refusing
def play_command(units: int, until: str, source: str, spread: bool, number: int) -> None:  # noqa: FBT001 - click's way
    """Make a fresh campaign, print its code and play it by real service calls on its own clock."""
    _not_in_production()
    wish = Wish(source, units, until, number, spread)
    click.echo(play(wish, clock=current_app.extensions["clock"], **_papers()))


@demo.command("annul")
@click.argument("code")
@click.option("--unit", default="XM01", show_default=True, help="Whose result.")
@click.option(
    "--positions",
    type=click.Choice([each.value for each in PositionsAfter]),
    default=PositionsAfter.KEPT.value,
    show_default=True,
    help="What becomes of the others' positions.",
)
@with_appcontext
@refusing
def annul_command(code: str, unit: str, positions: str) -> None:
    """Annul one unit of a published campaign that was played, judge it again and publish; print the edition."""
    _not_in_production()
    click.echo(annul_one(code, unit, PositionsAfter(positions), **_papers()))


def _not_in_production() -> None:
    if current_app.config["APP_ENV"] == "production":
        refuse(Forbidden("demo_in_production"))


def _papers() -> dict[str, Any]:
    """Return where papers are kept and how their words are said in Vietnamese."""
    return {
        "store": current_app.extensions["blobs"],
        "translate": vietnamese(current_app.config["TRANSLATIONS_DIR"]),
    }
