"""`flask criteria read`: what an appendix says, without a database."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask_babel import force_locale

from app.commands.outcome import refusing
from app.domain.points import plain
from app.domain.rule_codec import kind_of
from app.reading.draft import Appendix
from app.reading.findings import Finding
from app.reading.report import maximum_of, reading_json
from app.services.reading import read_file
from app.words.findings import finding_words

_TITLE = 72


@click.command("read")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the tree.")
@click.option("--appendix", type=int, help="Which appendix of the file, counted from 1, where it holds several.")
@refusing
def read_command(file: Path, appendix: int | None, *, as_json: bool) -> None:
    """Read the appendix in FILE (docx, xlsx, html, txt, pdf): its tree, its rules, what is doubtful.

    A file that cannot be read, or holds several appendices and none was chosen, is refused with exit code 2.
    """
    found = read_file(file.read_bytes(), file.name, appendix=appendix).appendix
    if as_json:
        click.echo(json.dumps(reading_json(found, _sentence), ensure_ascii=False, indent=1))
        return
    _print_tree(found)
    _print_findings(found.findings)


def _sentence(finding: Finding) -> str:
    """Return the sentence of a finding in Vietnamese: the paper it speaks of is."""
    with force_locale("vi"):
        return finding_words(finding)


def _print_tree(found: Appendix) -> None:
    if found.title:
        click.echo(found.title)
    for node in found.criteria:
        maximum = "?" if node.maximum is None else plain(node.maximum)
        kind = f"  [{kind_of(node.rule)}]" if node.rule is not None else ""
        title = node.title if len(node.title) <= _TITLE else f"{node.title[: _TITLE - 1]}…"
        click.echo(f"{'  ' * (node.level - 1)}{node.code}  {title}  {maximum}{kind}")
    leaves = sum(1 for node in found.criteria if node.leaf)
    click.echo(f"\nnodes {len(found.criteria)}  leaves {leaves}  maximum {plain(maximum_of(found))}")
    for row in found.assignments:
        click.echo(f"assigned {row.branch}: {', '.join(row.officers)}")


def _print_findings(findings: tuple[Finding, ...]) -> None:
    click.echo(f"\nfindings {len(findings)}")
    for finding in findings:
        click.echo(f"{finding.severity.value:8}{finding.where:12}{finding.code.value:24}{_sentence(finding)}")
