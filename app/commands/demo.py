"""`flask demo play`: a whole campaign on sample communes, played by the services themselves."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.commands.outcome import refuse, refusing
from app.domain.errors import Forbidden
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
    if current_app.config["APP_ENV"] == "production":
        refuse(Forbidden("demo_in_production"))
    code = play(
        Wish(source, units, until, number, spread),
        store=current_app.extensions["blobs"],
        translate=vietnamese(current_app.config["TRANSLATIONS_DIR"]),
        clock=current_app.extensions["clock"],
    )
    click.echo(code)
