"""What the buttons of a rule's form do: lines added, taken away, moved; another kind that keeps what it can."""

from __future__ import annotations

from dataclasses import replace

from app.domain.rule_form import COLUMNS, KINDS, LIST_OF, MOST_ROWS, NO, YES, Row, RuleForm

_EMPTY: dict[str, Row] = {
    "bands": {"lower_closed": YES, "upper_closed": NO},
    "measures": {"better": "higher"},
}
#: a kind's field → where its figure goes when another kind is chosen that has none there yet
_SAME: dict[str, tuple[str, ...]] = {
    "proportional.floor": ("deduction.threshold",),
    "deduction.threshold": ("proportional.floor",),
}
#: the five answers of the ministry's surveys, where nothing else was typed
_FIVE = tuple({"key": str(answer), "weight": str(answer)} for answer in range(1, 6))


def act_on(form: RuleForm, act: str) -> RuleForm:
    """Return the form after a button: "add:options", "remove:options:1", "up:options:1", "down:options:1".

    What names no list or no line changes nothing: an old page may ask for a line that is gone.
    """
    what, _, rest = act.partition(":")
    name, _, number = rest.partition(":")
    if name not in COLUMNS:
        return form
    rows = list(form.lines(name))
    if what == "add" and len(rows) < MOST_ROWS:
        rows.append(dict.fromkeys(COLUMNS[name], "") | dict(_EMPTY.get(name, {})))
    elif number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(rows):
        _at(rows, what, int(number))
    return replace(form, rows={**form.rows, name: tuple(rows)})


def _at(rows: list[Row], what: str, place: int) -> None:
    if what == "remove":
        del rows[place]
    elif what == "up" and place > 0:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    elif what == "down" and place + 1 < len(rows):
        rows[place + 1], rows[place] = rows[place], rows[place + 1]


def of_kind(form: RuleForm, kind: str) -> RuleForm:
    """Return the form with another kind chosen. What the new kind had before stays; else it takes over what it can.

    Between options and bands the points go over, and the words where there are any; a floor and a threshold are one.
    """
    if kind not in KINDS or kind == form.kind:
        return form
    fields, rows = dict(form.fields), dict(form.rows)
    for source, targets in _SAME.items():
        if source.startswith(f"{form.kind}."):
            fields |= {name: form.text(source) for name in targets if not form.text(name)}
    wanted = LIST_OF.get(kind)
    if wanted is not None and not form.lines(wanted):
        rows[wanted] = _taken_over(form, wanted)
    return RuleForm(kind, fields, rows)


def _taken_over(form: RuleForm, wanted: str) -> tuple[Row, ...]:
    points = [row.get("points", "") for row in form.lines(LIST_OF.get(form.kind, ""))]
    match wanted:
        case "options":
            return tuple({"key": "", "text": "", "points": given} for given in points or ["", ""])
        case "bands":
            return tuple({**_EMPTY["bands"], "lower": "", "upper": "", "points": given} for given in points or ["", ""])
        case "answers":
            return _FIVE
        case "leaders":
            return ({"key": "chairman", "weight": "1"}, {"key": "vice_chairman", "weight": "1"})
        case _:
            return ({"key": "", "better": "higher"},)
