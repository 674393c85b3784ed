"""A rule as the sentences an appendix prints, in the usual drafting. Where the decree has its own words, those stand.

Vietnamese on purpose: it is the text of a paper (shapes of Định Hóa 2024, Phụ lục II: 2.4.2, 5.5.1, 5.5.3.4, 8.3.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import assert_never

from app.domain import set_words as w
from app.domain.cell_words import figure_words
from app.domain.rules import (
    BallotsRule,
    BandsOn,
    BandsRule,
    ChoiceRule,
    Combine,
    DeductionRule,
    ExternalRule,
    JudgedRule,
    PerCaseRule,
    Pick,
    PreviousPeriodRule,
    ProportionalRule,
    Rule,
    Step,
    SurveyBasis,
    SurveyRule,
)

_HUNDRED = Decimal(100)


def rule_sentences(rule: Rule, maximum: Decimal) -> tuple[str, ...]:
    """Return the lines under a criterion's title: options, formula, then notes."""
    return tuple(_own(rule, maximum)) + tuple(_common(rule))


def _own(rule: Rule, maximum: Decimal) -> Iterator[str]:  # noqa: C901 - one arm for each kind
    match rule:
        case ChoiceRule():
            yield from _choice(rule)
        case BandsRule():
            for band in rule.bands:
                yield f"- {_span(band, rule.on)} = {points(band.points)}"
        case ProportionalRule():
            yield from _proportional(rule, maximum)
        case PerCaseRule():
            most = maximum if rule.cap is None else rule.cap
            yield f"- Mỗi trường hợp được {points(rule.each)}, tối đa {points(most)}"
        case DeductionRule():
            yield from _deduction(rule, maximum)
        case SurveyRule():
            yield from _survey(rule, maximum)
        case BallotsRule():
            kinds = ", ".join(
                f"{w.LEADERS.get(key, key)} (hệ số {figure_words(weight)})" for key, weight in rule.weights
            )
            yield f"- Điểm là trung bình theo hệ số của điểm trung bình các phiếu: {kinds}"
        case PreviousPeriodRule():
            yield from _previous(rule)
        case ExternalRule():
            scale = figure_words(rule.scale)
            yield f"- Điểm được tính như sau: (Kết quả x {points(maximum)})/{scale}"
        case JudgedRule():
            steps = "" if rule.step is None else f", theo bước {points(rule.step)}"
            yield f"- Xét chấm từ 0 đến {points(maximum)}{steps}"
        case _:
            assert_never(rule)


def points(value: Decimal) -> str:
    return f"{figure_words(value)} điểm"


def _choice(rule: ChoiceRule) -> Iterator[str]:
    for option in rule.options:
        yield f"- {option.text.strip().rstrip('.;,') or w.OPTION + option.key} = {points(option.points)}"
    if rule.pick is Pick.WORST:
        yield "* Ghi chú: đúng nhiều mức thì chấm theo mức thấp nhất"
    if rule.pick is Pick.BEST:
        yield "* Ghi chú: đúng nhiều mức thì chấm theo mức cao nhất"


def _span(band: Step, on: BandsOn) -> str:
    """Return a span as sentences begin with it: "Từ 90% trở lên", "Từ 01 đến 05 trường hợp"."""
    low, high = _bound(band.lower, on), _bound(band.upper, on)
    noun = "" if on is BandsOn.PERCENT else " trường hợp"
    if not low and not high:
        return f"Mọi kết quả{noun}"
    if low == high and band.lower_closed and band.upper_closed:
        return f"Không có{noun} nào" if noun and not band.lower else f"Đạt {low}{noun}"
    if not high:
        return f"Từ {low}{noun} trở lên" if band.lower_closed else f"Trên {low}{noun}"
    if not low:
        return f"{'Đến' if band.upper_closed else 'Dưới'} {high}{noun}"
    start, end = "Từ" if band.lower_closed else "Trên", "đến" if band.upper_closed else "đến dưới"
    return f"{start} {low} {end} {high}{noun}"


def _bound(figure: Decimal | None, on: BandsOn) -> str:
    if figure is None:
        return ""
    return f"{figure_words(figure)}%" if on is BandsOn.PERCENT else count_words(figure)


def count_words(figure: Decimal) -> str:
    """Return a count as papers write it: "02", "12"; 0 stays 0."""
    text = figure_words(figure)
    return f"0{text}" if len(text) == 1 and text != "0" else text


def _proportional(rule: ProportionalRule, maximum: Decimal) -> Iterator[str]:
    formula = f"điểm được tính như sau: (Tỷ lệ % x {points(maximum)})/100"
    if rule.floor is None:
        yield f"- {formula[0].upper()}{formula[1:]}"
    else:
        floor = f"{figure_words(rule.floor)}%"
        if rule.floor_closed:
            yield f"- Hoàn thành dưới {floor} = 0 điểm; từ {floor} trở lên, {formula}"
        else:
            yield f"- Hoàn thành đến {floor} = 0 điểm; trên {floor}, {formula}"
    if rule.cap is not None and rule.cap != _HUNDRED:  # above a hundred the maximum bounds it by itself
        yield f"* Ghi chú: tỷ lệ trên {figure_words(rule.cap)}% được tính là {figure_words(rule.cap)}%"


def _deduction(rule: DeductionRule, maximum: Decimal) -> Iterator[str]:
    start = points(maximum if rule.start is None else rule.start)
    if rule.threshold is None:
        yield f"- Không có trường hợp vi phạm = {start}"
    else:
        threshold = f"{figure_words(rule.threshold)}%"
        yield f"- Dưới {threshold} = 0 điểm"
        yield f"- Từ {threshold} trở lên = {start}"
    ends = []
    if rule.cut_off is not None:
        count = count_words(Decimal(rule.cut_off))
        ends.append(f"từ {count} trường hợp vi phạm trở lên không chấm điểm tiêu chí này")
    if rule.floor:
        ends.append(f"không thấp hơn {points(rule.floor)}")
    each = f"- Có trường hợp vi phạm - {points(rule.each)}/trường hợp"
    yield f"{each} ({'; '.join(ends)})" if ends else each


def _survey(rule: SurveyRule, maximum: Decimal) -> Iterator[str]:
    terms = " + ".join(f"(số người chọn phương án “{key}” x {figure_words(value)})" for key, value in rule.weights)
    mean = f"({terms})/tổng số người trả lời"
    if rule.basis is SurveyBasis.SCALED and rule.weights:
        top = max(value for _, value in rule.weights)
        yield f"- Điểm số được tính theo công thức: {mean}/{figure_words(top)} x {points(maximum)}"
    else:
        yield f"- Điểm số được tính theo công thức: {mean}, tối đa {points(maximum)}"


def _previous(rule: PreviousPeriodRule) -> Iterator[str]:
    names = ", ".join(w.MEASURES.get(measure.key, measure.key) for measure in rule.measures)
    yield f"- {names[:1].upper()}{names[1:]} tốt hơn năm trước = {points(rule.higher)}"
    yield f"- Bằng năm trước = {points(rule.equal)}"
    yield f"- Kém hơn năm trước = {points(rule.lower)}"
    for measure in rule.measures:
        yield f"* Ghi chú: {w.MEASURES.get(measure.key, measure.key)} {w.BETTERS[measure.better]}"
    if len(rule.measures) > 1:
        worst = rule.combine is Combine.WORST
        yield f"* Ghi chú: các chỉ số trái chiều thì {w.COMBINES[Combine.WORST if worst else Combine.ALL]}"
    if rule.first_year is not None:
        yield f"* Ghi chú: năm đầu chấm {points(rule.first_year)}"


def _common(rule: Rule) -> Iterator[str]:
    for ground in rule.zero_when:
        yield f"- {ground.text.strip().rstrip('.;,') or ground.key} = 0 điểm"
    if rule.nothing_arose is not None:
        yield f"* Ghi chú: không phát sinh thì chấm {points(rule.nothing_arose)}"
