"""The golden tables of the workflow as a walk reads them; a cell gives its row, or is refused with its code."""

from tests.domain.golden_rows import golden

Row = dict[str, str]
UNITS, GROUPS, ACTS = (golden(f"workflow_{name}.csv") for name in ("assessment", "group", "leaf_acts"))
SETTLED = {"support_policy_met", "adjustments_settled", "exemptions_decided"}
EDIT = {"role": "officer", "guards": "can_write", "to": "draft"}


class Refused(Exception):
    """What the tables do not allow, by its code."""


def cell(rows: list[Row], role: str, met: set[str], empty: str = "not_from_here") -> Row:
    """Return the first row of the role, once its guards hold in their order."""
    if not rows:
        raise Refused(empty)
    for row in rows:
        if role in row["role"].split():
            for guard in row["guards"].split():
                if guard not in met:
                    raise Refused(guard)
            return row
    raise Refused("role_missing")


def rows_of(table: list[Row], **wanted: str) -> list[Row]:
    return [row for row in table if all(row[name] == value for name, value in wanted.items())]


def leaf_rows(act: str, stage: str, standing: str) -> list[Row]:
    found = rows_of(ACTS, stage=stage, act=act)
    if not found:
        raise Refused("request_in_first_round_only" if act == "request_evidence" else "wrong_stage")
    if here := [row for row in found if standing in row["standings"].split()]:
        return here
    if standing == "final":
        raise Refused("leaf_final")
    raise Refused("nothing_to_answer" if act == "reply" else "leaf_not_open")
