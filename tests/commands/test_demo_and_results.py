"""`flask demo play`, `results export`, `results verify`, `audit verify`: played, read, recomputed, tampered with."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.assessments import Assessment, Receipt
from app.db.audit import AuditEvent
from app.db.campaigns import Campaign, GroupStage
from app.db.clock import FixedClock
from app.domain.terms import State
from app.services.demo import LOCK, OPENS
from tests.commands.conftest import SEED, House, copy, done, refused

COLUMNS = "unit,group,obtained,attainable,bonus,penalty,index,class,position,state,edition"
#: the classes of the seed's campaign: seeds/dinh_hoa_2024/campaigns.json
BANDS = "90:Hoàn thành xuất sắc nhiệm vụ,70:Hoàn thành tốt nhiệm vụ,50:Hoàn thành nhiệm vụ,0:Không hoàn thành nhiệm vụ"
UNTIL = ("submitted", "first_appraisal", "explanation", "second_appraisal", "concluded")


@pytest.fixture(scope="module")
def theatre(seeded_once: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A seeded house whose own clock stands in 2031: the plays bring their own."""
    house = copy(seeded_once, tmp_path_factory.mktemp("theatre"))
    house.app.extensions["clock"] = FixedClock(dt.datetime(2031, 5, 1, tzinfo=dt.UTC))
    yield house
    house.app.extensions["database"].dispose()


def play(house: House, *words: str) -> str:
    code, *more = done(house.flask("demo", "play", *words)).splitlines()
    assert more == []
    return code


@pytest.fixture(scope="module")
def published(theatre: House) -> str:
    """Four communes, one of which sent its sheet, played to the end."""
    return play(theatre, "--units", "4", "--spread", "--seed", "7")


@pytest.fixture
def tampered(theatre: House, published: str, tmp_path: Path) -> Iterator[House]:
    """A copy of the theatre to lay hands on."""
    house = copy(theatre, tmp_path / "copy")
    yield house
    house.app.extensions["database"].dispose()


def export(house: House, code: str) -> str:
    return done(house.flask("results", "export", "--campaign", code))


@pytest.mark.parametrize("until", UNTIL)
def test_a_play_stops_where_it_was_asked_to_and_publishes_nothing(theatre: House, until: str) -> None:
    code = play(theatre, "--units", "1", "--until", until)
    with theatre.reading() as session:
        stage = session.scalars(select(GroupStage).join(GroupStage.campaign).where(Campaign.code == code)).one()
        assert stage.stage.value == ("scoring" if until == "submitted" else until)
        assert session.scalars(select(Assessment.state).where(Assessment.campaign_id == stage.campaign_id)).all() == [
            State.SUBMITTED,
        ]
    result = theatre.flask("results", "export", "--campaign", code)
    assert "not_published" in refused(result)
    assert result.stdout == ""


def test_a_play_may_start_from_another_campaign_and_has_a_code_of_its_own(theatre: House, published: str) -> None:
    code = play(theatre, "--units", "1", "--until", "submitted", "--from", "dien_tap")
    with theatre.reading() as session:
        assert session.scalars(select(Campaign.code).where(Campaign.code == code)).all() == [code]
    assert code not in {"dien_tap", SEED, published}


def test_spread_leaves_units_in_all_states(theatre: House, published: str) -> None:
    with theatre.reading() as session:
        states = session.scalars(select(Assessment.state).join(Assessment.campaign).where(Campaign.code == published))
        assert set(states) == set(State)


def test_a_play_runs_on_its_own_clock(theatre: House, published: str) -> None:
    statement = select(Receipt.at).join(Receipt.assessment).join(Assessment.campaign).where(Campaign.code == published)
    with theatre.reading() as session:
        instants = session.scalars(statement.order_by(Receipt.id)).all()
    assert OPENS < instants[0] < LOCK
    assert instants[-1] < dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def test_the_same_number_gives_the_same_results_in_a_fresh_campaign(theatre: House, published: str) -> None:
    again = play(theatre, "--units", "4", "--spread", "--seed", "7")
    assert again != published
    assert export(theatre, again) == export(theatre, published)


def test_the_export_holds_ranked_units_and_those_that_sent_nothing(theatre: House, published: str) -> None:
    text = export(theatre, published)
    rows = list(csv.DictReader(text.splitlines()))
    assert text.splitlines()[0] == COLUMNS
    assert [(row["position"], row["state"], row["edition"]) for row in rows] == [
        ("1", "ranked", "1"),
        ("", "not_submitted", "1"),
        ("", "not_submitted", "1"),
        ("", "not_submitted", "1"),
    ]
    first, *others = rows
    assert first["attainable"] == "100"
    assert first["index"] == str(Decimal(first["obtained"]).quantize(Decimal("0.01"), ROUND_HALF_UP))
    assert {(row["obtained"], row["index"], row["class"]) for row in others} == {("", "", "")}


@pytest.mark.parametrize(("decimals", "printed"), [(0, "75"), (1, "75.4"), (2, "75.40"), (4, "75.4000")])
def test_an_index_is_printed_with_the_decimals_it_was_published_with(
    tampered: House, published: str, decimals: int, printed: str
) -> None:
    """A snapshot holds 75.4 for 75.40."""
    index = "75.4" if decimals else "75"
    tampered.by_hand(
        f"UPDATE publication SET snapshot = json_set(snapshot, '$.units[0].index', '{index}', "
        f"'$.settings.decimals', {decimals})"
    )
    first = next(csv.DictReader(export(tampered, published).splitlines()))
    as_json = json.loads(done(tampered.flask("results", "export", "--campaign", published, "--format", "json")))
    assert (first["index"], as_json[0]["index"]) == (printed, printed)


def test_json_says_what_csv_says(theatre: House, published: str) -> None:
    printed = done(theatre.flask("results", "export", "--campaign", published, "--format", "json"))
    rows = [{name: str(value) for name, value in row.items()} for row in json.loads(printed)]
    assert rows == list(csv.DictReader(export(theatre, published).splitlines()))


def test_the_table_command_gives_the_exported_figures_their_class_and_place(
    theatre: House, published: str, tmp_path: Path
) -> None:
    rows = list(csv.DictReader(export(theatre, published).splitlines()))
    path = tmp_path / "units.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS.split(",")[:6], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    result = theatre.flask("results", "table", str(path), "--ties", "competition", "--bands", BANDS)
    table = list(csv.DictReader(done(result).splitlines()))
    for name in ("unit", "class", "position"):
        assert [row[name] for row in table] == [row[name] for row in rows]
    assert table[0]["index"] == rows[0]["index"]


@pytest.mark.parametrize("code", ["nope", "", " ", "' OR 1=1 --", "x" * 5000], ids=lambda code: code[:10])
def test_an_unknown_campaign_is_refused(tool: House, code: str) -> None:
    assert "campaign_unknown" in refused(tool.flask("results", "export", "--campaign", code))


def test_a_campaign_that_was_never_opened_is_not_published(seeded_once: House) -> None:
    assert "not_published" in refused(seeded_once.flask("results", "export", "--campaign", SEED))


def test_an_unknown_format_is_refused(tool: House) -> None:
    assert "--format" in refused(tool.flask("results", "export", "--campaign", "x", "--format", "xlsx"))


WISHES = [
    (("--units", "0"), "--units"),
    (("--units", "-3"), "--units"),
    (("--units", "201"), "--units"),
    (("--units", "two"), "--units"),
    (("--units", "1.5"), "--units"),
    (("--until", "tomorrow"), "--until"),
    (("--until", ""), "--until"),
    (("--seed", "x"), "--seed"),
    (("--seed", "1e3"), "--seed"),
    (("--from", "nope"), "campaign_unknown"),
    (("--from", ""), "campaign_unknown"),
]


@pytest.mark.parametrize(("wish", "named"), WISHES)
def test_a_wish_that_cannot_be_played_is_refused(tool: House, wish: tuple[str, ...], named: str) -> None:
    result = tool.flask("demo", "play", *wish)
    assert named in refused(result)
    assert result.stdout == ""


def test_an_annulled_unit_is_published_again_and_every_edition_verifies(tampered: House, published: str) -> None:
    before = export(tampered, published)
    assert done(tampered.flask("demo", "annul", published, "--unit", "XM04", "--positions", "recomputed")) == "2\n"
    assert export(tampered, published).count("\n") == before.count("\n")
    assert "every figure recomputed" in done(tampered.flask("results", "verify"))
    assert "every chain whole" in done(tampered.flask("audit", "verify"))


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("demo-99",), "campaign_unknown"),
        ((SEED,), "campaign_unknown"),
        (("PLAYED", "--unit", "XM77"), "unit_unknown"),
        (("PLAYED",), "assessment_unknown"),
    ],
)
def test_what_was_not_played_cannot_be_annulled(
    theatre: House, published: str, words: tuple[str, ...], named: str
) -> None:
    result = theatre.flask("demo", "annul", *(published if word == "PLAYED" else word for word in words))
    assert named in refused(result)
    assert result.stdout == ""


def test_nothing_is_played_in_production(seeded: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(seeded.app.config, "APP_ENV", "production")
    assert "demo_in_production" in refused(seeded.flask("demo", "play", "--units", "1"))
    assert "demo_in_production" in refused(seeded.flask("demo", "annul", "demo-1"))
    with seeded.reading() as session:
        assert not session.scalars(select(Campaign.code).where(Campaign.code.startswith("demo-"))).all()


def test_an_empty_house_has_nothing_that_does_not_fit(tool: House) -> None:
    assert done(tool.flask("audit", "verify")) == "0 rows, every chain whole\n"
    assert done(tool.flask("results", "verify")) == "0 publications, every figure recomputed\n"


def test_what_was_played_recomputes_and_its_chains_are_whole(tampered: House) -> None:
    with tampered.reading() as session:
        rows = len(session.scalars(select(AuditEvent.id)).all())
    assert done(tampered.flask("audit", "verify")) == f"{rows} rows, every chain whole\n"
    count, words = done(tampered.flask("results", "verify")).split(" ", 1)
    assert int(count) >= 1
    assert words == "publications, every figure recomputed\n"


def _events(house: House) -> tuple[str, list[int]]:
    """Return the stream of the campaign played and the ids of its first five rows."""
    done(house.flask("audit", "verify"))
    with house.reading() as session:
        stream = session.scalars(
            select(AuditEvent.stream).where(AuditEvent.sequence == 5, AuditEvent.stream.startswith("assessment:"))
        ).first()
        assert stream is not None
        ids = session.scalars(select(AuditEvent.id).where(AuditEvent.stream == stream).order_by(AuditEvent.sequence))
        return stream, list(ids)[:5]


#: what is done to the third row of a stream, and the sequence and place of the first row that does not fit then
HANDS = {
    "who did it": ("UPDATE audit_event SET actor_name = 'somebody' WHERE id = {third}", 3),
    "when": ("UPDATE audit_event SET at = '2024-11-20 00:00:00.000000' WHERE id = {third}", 3),
    "what was done": ("UPDATE audit_event SET action = 'nothing' WHERE id = {third}", 3),
    "why": ("UPDATE audit_event SET note = note || '.' WHERE id = {third}", 3),
    "its hash": ("UPDATE audit_event SET hash = '" + "0" * 64 + "' WHERE id = {third}", 3),
    "its place": ("UPDATE audit_event SET sequence = 100000 WHERE id = {third}", 4),
    "the row itself": ("DELETE FROM audit_event WHERE id = {third}", 4),
}


@pytest.mark.parametrize("hand", HANDS)
def test_a_row_changed_in_the_database_is_named(tampered: House, hand: str) -> None:
    statement, sequence = HANDS[hand]
    stream, ids = _events(tampered)
    tampered.by_hand(statement.format(third=ids[2]))
    result = tampered.flask("audit", "verify")
    assert refused(result) == f"broken: stream {stream}, row {sequence} (id {ids[sequence - 1]})\n"
    assert result.stdout == ""


def test_a_published_figure_that_does_not_recompute_is_named(tampered: House, published: str) -> None:
    """A leader's ballot is a raw answer: without it the points it gave are gone."""
    tampered.by_hand("DELETE FROM leader_ballot")
    reason = refused(tampered.flask("results", "verify"))
    assert f"{published}/{published} edition 1: XM04 obtained: published " in reason


def test_a_snapshot_that_is_not_what_was_hashed_is_named(tampered: House, published: str) -> None:
    tampered.by_hand("UPDATE publication SET snapshot = replace(snapshot, '\"ranked\"', '\"annulled\"')")
    reason = refused(tampered.flask("results", "verify"))
    assert f"{published}/{published} edition 1: the snapshot is not what was hashed" in reason


def test_an_edition_that_is_gone_is_named(tampered: House, published: str) -> None:
    tampered.by_hand("DELETE FROM published_result", "DELETE FROM publication")
    result = tampered.flask("results", "verify")
    assert f"{published}/{published} edition 1: missing, the audit trail has it" in refused(result)
    assert result.stdout == ""


def test_a_judgement_changed_by_hand_is_named_though_every_chain_is_whole(tampered: House, published: str) -> None:
    sheets = f"SELECT a.id FROM assessment a JOIN campaign c ON c.id = a.campaign_id WHERE c.code = '{published}'"
    tampered.by_hand(f"UPDATE verdict SET author_id = author_id + 1 WHERE assessment_id IN ({sheets})")
    assert "every chain whole" in done(tampered.flask("audit", "verify"))
    assert " verdict of round 1 author: stored " in refused(tampered.flask("results", "verify"))


@pytest.mark.parametrize("gone", [True, False], ids=["gone", "changed"])
def test_a_paper_that_is_gone_or_changed_is_named(tampered: House, gone: bool) -> None:
    for paper in (path for path in (tampered.folder / "blobs").rglob("*") if path.is_file()):
        if gone:
            paper.unlink()
        else:
            paper.chmod(0o600)
            paper.write_bytes(paper.read_bytes() + b"%")
    assert "is missing or damaged" in refused(tampered.flask("results", "verify"))
