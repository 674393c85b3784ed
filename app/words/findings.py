"""What a finding about an appendix says: a few words, a sentence, and the words of each way out.

The page, the commands and the findings kept with a set all take their words from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from flask_babel import gettext, lazy_gettext

from app.domain.rule_codec import kind_of, rule_from_json
from app.domain.rules import Rule
from app.domain.terms import ScoredBy
from app.reading.findings import Finding, FindingCode, Remedy
from app.words.numbers import figure

TITLES: Mapping[FindingCode, object] = {
    FindingCode.SUM_DIFFERS: lazy_gettext("Sum of the parts differs"),
    FindingCode.TOTAL_DIFFERS: lazy_gettext("Total differs"),
    FindingCode.MAXIMUM_MISSING: lazy_gettext("No maximum"),
    FindingCode.MAXIMUM_UNREADABLE: lazy_gettext("Maximum not readable"),
    FindingCode.MAXIMUM_SUPPLIED: lazy_gettext("Maximum taken from elsewhere"),
    FindingCode.NUMBER_MISSING: lazy_gettext("A number is skipped"),
    FindingCode.CODE_TWICE: lazy_gettext("One code stands twice"),
    FindingCode.CODE_LOST: lazy_gettext("The row lost its number"),
    FindingCode.CODE_QUALIFIED: lazy_gettext("Code completed"),
    FindingCode.CODE_DISAGREES: lazy_gettext("Number and place disagree"),
    FindingCode.ROW_UNPLACED: lazy_gettext("A row without a place"),
    FindingCode.NO_CRITERIA: lazy_gettext("No criteria"),
    FindingCode.CELL_SHIFTED: lazy_gettext("A cell stands in the wrong column"),
    FindingCode.SPLIT_CELL: lazy_gettext("Text over several rows"),
    FindingCode.OPTION_SPLIT: lazy_gettext("Option over several rows"),
    FindingCode.MARKUP: lazy_gettext("Markup in the text"),
    FindingCode.COMMA_DECIMALS: lazy_gettext("Comma decimals"),
    FindingCode.EMPTY_REQUIREMENT: lazy_gettext("Empty requirement"),
    FindingCode.UNUSED_TEXT: lazy_gettext("Text not used"),
    FindingCode.HIDDEN_TEXT: lazy_gettext("Hidden text"),
    FindingCode.PAGE_FURNITURE: lazy_gettext("Page heads and numbers"),
    FindingCode.MISPRINT: lazy_gettext("Probably a misprint"),
    FindingCode.SENTENCE_BROKEN: lazy_gettext("A sentence breaks off"),
    FindingCode.NOTE_IN_EVIDENCE: lazy_gettext("A note among the documents"),
    FindingCode.NO_EVIDENCE_NAMED: lazy_gettext("No document named"),
    FindingCode.ASKS_FOR_PASSWORD: lazy_gettext("Asks for a login"),
    FindingCode.AGENCY_ON_PARENT: lazy_gettext("Agency on the branch only"),
    FindingCode.AGENCY_MISSING: lazy_gettext("No agency"),
    FindingCode.AGENCY_SPELLING: lazy_gettext("Agency spelled two ways"),
    FindingCode.AGENCY_IS_PERSON: lazy_gettext("A person where an agency belongs"),
    FindingCode.AGENCY_UNKNOWN: lazy_gettext("Agency unknown here"),
    FindingCode.ASSIGNMENT_RENUMBERED: lazy_gettext("The assignment list numbers otherwise"),
    FindingCode.ASSIGNMENT_UNMATCHED: lazy_gettext("Assignment without a branch"),
    FindingCode.OTHER_LEVEL: lazy_gettext("Speaks of another level"),
    FindingCode.RULE_MISSING: lazy_gettext("No way of scoring"),
    FindingCode.RULE_NOT_UNDERSTOOD: lazy_gettext("Rule not understood"),
    FindingCode.POINTS_UNREADABLE: lazy_gettext("Points not readable"),
    FindingCode.BANDS_GAP: lazy_gettext("Gap between two steps"),
    FindingCode.BANDS_OVERLAP: lazy_gettext("Two steps overlap"),
    FindingCode.BOUND_OPEN: lazy_gettext("The words leave a bound open"),
    FindingCode.NO_LOWER_BOUND: lazy_gettext("No lower end"),
    FindingCode.OPTION_ABOVE_MAXIMUM: lazy_gettext("Option above the maximum"),
    FindingCode.NO_FULL_OPTION: lazy_gettext("Nothing gives the maximum"),
    FindingCode.NO_ZERO_OPTION: lazy_gettext("Nothing gives 0"),
    FindingCode.ZERO_ELSEWHERE: lazy_gettext("The 0 speaks of another matter"),
    FindingCode.ZERO_WITHOUT_SIGN: lazy_gettext("0 without “= 0”"),
    FindingCode.OPTIONS_OVERLAP: lazy_gettext("Several options may hold"),
    FindingCode.OPTIONS_COPIED: lazy_gettext("Options like another criterion's"),
    FindingCode.OPTIONS_CONTRADICT: lazy_gettext("Options contradict each other"),
    FindingCode.OPTIONS_TWICE: lazy_gettext("An option stands twice"),
    FindingCode.CASE_MISSING: lazy_gettext("A case is missing"),
    FindingCode.SEVERAL_GRADES: lazy_gettext("One grade, several people"),
    FindingCode.ABOVE_HUNDRED: lazy_gettext("May exceed 100%"),
    FindingCode.NOTHING_TO_MEASURE: lazy_gettext("Nothing said for nothing to measure"),
    FindingCode.NOTHING_AROSE_NARROW: lazy_gettext("“Nothing arose” is narrow"),
    FindingCode.FEW_CASES: lazy_gettext("Few cases"),
    FindingCode.FORMULA_UNCLEAR: lazy_gettext("Formula reads two ways"),
    FindingCode.FORMULA_ELSEWHERE: lazy_gettext("Formula printed elsewhere"),
    FindingCode.SCORED_BY_OTHERS: lazy_gettext("Scored by others"),
    FindingCode.TWO_MEASURES: lazy_gettext("Two measures"),
    FindingCode.FIRST_YEAR_NOTE: lazy_gettext("Note on the first year"),
    FindingCode.OWN_CUTOFF: lazy_gettext("Own cut-off date"),
    FindingCode.NOTE_ON_POINTS: lazy_gettext("A note changes points"),
    FindingCode.PENALTY_PART: lazy_gettext("Points taken off the total"),
    FindingCode.OWN_FILE: lazy_gettext("A file of the portal"),
    FindingCode.ZERO_GROUND: lazy_gettext("Ground for 0"),
}

SENTENCES: Mapping[FindingCode, object] = {
    FindingCode.SUM_DIFFERS: lazy_gettext(
        "The paper prints %(maximum)s points here; the rows below add up to %(children)s."
    ),
    FindingCode.TOTAL_DIFFERS: lazy_gettext(
        "The paper prints a total of %(printed)s points; the rows at the top add up to %(total)s."
    ),
    FindingCode.MAXIMUM_MISSING: lazy_gettext("The paper names no maximum for this row."),
    FindingCode.MAXIMUM_UNREADABLE: lazy_gettext("“%(text)s” stands where the maximum belongs and is no figure."),
    FindingCode.MAXIMUM_SUPPLIED: lazy_gettext(
        "The cell of the maximum is empty; %(maximum)s was taken from: %(source)s."
    ),
    FindingCode.NUMBER_MISSING: lazy_gettext(
        "The numbering jumps over %(number)s: a row may be missing, or the numbers slipped."
    ),
    FindingCode.CODE_TWICE: lazy_gettext("This code stands at “%(other)s” already."),
    FindingCode.CODE_LOST: lazy_gettext("The paper gives this row no number; it was given %(given)s by its place."),
    FindingCode.CODE_QUALIFIED: lazy_gettext(
        "“%(printed)s” repeats in other branches; the code of the branch above was put before it."
    ),
    FindingCode.CODE_DISAGREES: lazy_gettext(
        "The row is numbered %(printed)s but stands below %(parent)s; the reading whose sums meet was taken."
    ),
    FindingCode.ROW_UNPLACED: lazy_gettext(
        "“%(text)s” could not be put anywhere in the tree. Nothing of it is in the criteria."
    ),
    FindingCode.NO_CRITERIA: lazy_gettext("No row of this table could be read as a criterion."),
    FindingCode.CELL_SHIFTED: lazy_gettext(
        "“%(text)s” stands in the column “%(column)s” but belongs elsewhere; it was put where it belongs."
    ),
    FindingCode.SPLIT_CELL: lazy_gettext(
        "A text in the column “%(column)s” was broken over rows or pages; it was joined."
    ),
    FindingCode.OPTION_SPLIT: lazy_gettext("The option “%(text)s” was broken over rows; it was joined."),
    FindingCode.MARKUP: lazy_gettext("Marks of a web page stood between the words; they were taken out."),
    FindingCode.COMMA_DECIMALS: lazy_gettext(
        "The points are written with a decimal comma and were read so: 0,5 is a half."
    ),
    FindingCode.EMPTY_REQUIREMENT: lazy_gettext("“Requirement:” stands %(count)s times with nothing behind it."),
    FindingCode.UNUSED_TEXT: lazy_gettext("“%(text)s” is in no field of the criteria. Read whether it matters."),
    FindingCode.HIDDEN_TEXT: lazy_gettext(
        "“%(text)s” is hidden in the file; it was read nevertheless. Say whether it counts."
    ),
    FindingCode.PAGE_FURNITURE: lazy_gettext("“%(text)s” repeats on the pages and was left out."),
    FindingCode.MISPRINT: lazy_gettext("“%(text)s” probably means “%(meant)s”. The words stay as printed."),
    FindingCode.SENTENCE_BROKEN: lazy_gettext("“%(text)s” ends in the middle. The missing words may change the rule."),
    FindingCode.NOTE_IN_EVIDENCE: lazy_gettext("“%(text)s” stands among the documents but speaks of the scoring."),
    FindingCode.NO_EVIDENCE_NAMED: lazy_gettext("The paper asks for no document here."),
    FindingCode.ASKS_FOR_PASSWORD: lazy_gettext(
        "“%(text)s” asks units for a login. Logins are not collected here: make it a check on the system."
    ),
    FindingCode.AGENCY_ON_PARENT: lazy_gettext("The agency stands at the branch; the criteria below it take it over."),
    FindingCode.AGENCY_MISSING: lazy_gettext("Neither this row nor a branch above it names an agency."),
    FindingCode.AGENCY_SPELLING: lazy_gettext("“%(text)s” was taken for “%(agency)s”."),
    FindingCode.AGENCY_IS_PERSON: lazy_gettext("“%(text)s” is no agency. Name the agency."),
    FindingCode.AGENCY_UNKNOWN: lazy_gettext(
        "“%(text)s” is no unit of this portal. Choose the unit it means; until then it stays as printed."
    ),
    FindingCode.ASSIGNMENT_RENUMBERED: lazy_gettext("The list says %(printed)s; by its words it means %(branch)s."),
    FindingCode.ASSIGNMENT_UNMATCHED: lazy_gettext("“%(text)s” of the assignment list matches no criterion."),
    FindingCode.OTHER_LEVEL: lazy_gettext("“%(text)s” speaks of another level of government than the units scored."),
    FindingCode.RULE_MISSING: lazy_gettext("Nothing below this row says how it is scored."),
    FindingCode.RULE_NOT_UNDERSTOOD: lazy_gettext(
        "“%(text)s” could not be turned into a rule; the points are given by judgement until somebody writes it."
    ),
    FindingCode.POINTS_UNREADABLE: lazy_gettext("The points of “%(text)s” are no figure."),
    FindingCode.BANDS_GAP: lazy_gettext("Nothing is said of figures from %(low)s to %(high)s."),
    FindingCode.BANDS_OVERLAP: lazy_gettext("Two steps take the same figure: %(text)s. Say which one it belongs to."),
    FindingCode.BOUND_OPEN: lazy_gettext("“%(text)s” does not say to which side the bound belongs; taken: %(taken)s."),
    FindingCode.NO_LOWER_BOUND: lazy_gettext("“%(text)s” has no lower end: what is below it is not said."),
    FindingCode.OPTION_ABOVE_MAXIMUM: lazy_gettext(
        "“%(text)s” gives %(points)s points, more than the maximum %(maximum)s."
    ),
    FindingCode.NO_FULL_OPTION: lazy_gettext("No option or step gives the maximum of %(maximum)s points."),
    FindingCode.NO_ZERO_OPTION: lazy_gettext("No option or step gives 0 points."),
    FindingCode.ZERO_ELSEWHERE: lazy_gettext(
        "“%(text)s” gives 0 but speaks of something else; what lies between is not said."
    ),
    FindingCode.ZERO_WITHOUT_SIGN: lazy_gettext("“%(text)s” prints no points; it was read as 0."),
    FindingCode.OPTIONS_OVERLAP: lazy_gettext(
        "“%(text)s”: more than one option can be true at once. Say which counts."
    ),
    FindingCode.OPTIONS_COPIED: lazy_gettext(
        "The options are word for word those of %(other)s: probably copied by mistake."
    ),
    FindingCode.OPTIONS_CONTRADICT: lazy_gettext("“%(text)s”: two options give different points for the same."),
    FindingCode.OPTIONS_TWICE: lazy_gettext("“%(text)s” stands twice; it was read once."),
    FindingCode.CASE_MISSING: lazy_gettext("No option speaks of this case: %(text)s."),
    FindingCode.SEVERAL_GRADES: lazy_gettext(
        "“%(text)s” asks for one grade where several people are graded. Say which counts."
    ),
    FindingCode.ABOVE_HUNDRED: lazy_gettext("The share can exceed 100%%; the points stay at the maximum."),
    FindingCode.NOTHING_TO_MEASURE: lazy_gettext(
        "Where the total is 0 there is nothing to measure; the paper does not say what then."
    ),
    FindingCode.NOTHING_AROSE_NARROW: lazy_gettext("“%(text)s” covers one part of the criterion only."),
    FindingCode.FEW_CASES: lazy_gettext("“%(text)s”: with few cases one fault falls below the threshold already."),
    FindingCode.FORMULA_UNCLEAR: lazy_gettext("“%(text)s” can be calculated in two ways. Choose one."),
    FindingCode.FORMULA_ELSEWHERE: lazy_gettext("The formula is printed at %(at)s and was taken from there."),
    FindingCode.SCORED_BY_OTHERS: lazy_gettext("“%(text)s”: read as scored by %(by)s, not by the unit."),
    FindingCode.TWO_MEASURES: lazy_gettext(
        "“%(text)s” compares two figures; the paper does not say what counts where they disagree."
    ),
    FindingCode.FIRST_YEAR_NOTE: lazy_gettext(
        "“%(text)s” holds for the first year. It is set on the campaign, not in the criteria."
    ),
    FindingCode.OWN_CUTOFF: lazy_gettext("“%(text)s” counts to a date of its own."),
    FindingCode.NOTE_ON_POINTS: lazy_gettext(
        "“%(text)s” changes points in a way no rule holds. Appraisers have to see to it."
    ),
    FindingCode.OWN_FILE: lazy_gettext(
        "The file came from a portal: %(count)s criteria were taken exactly as they went out. Changed since, "
        "and read anew: %(changed)s."
    ),
    FindingCode.PENALTY_PART: lazy_gettext(
        "Points under “%(text)s” are taken off the total; no criterion holds that. Enter them as a penalty."
    ),
    FindingCode.ZERO_GROUND: lazy_gettext("“%(text)s” was taken as a ground for 0 points."),
}

#: key of a remedy → what its button says; a key that is not here says what it changes
REMEDIES: Mapping[str, object] = {
    "as_printed": lazy_gettext("Leave as printed"),
    "keep": lazy_gettext("Leave as printed"),
    "keep_printed": lazy_gettext("Leave as printed"),
    "take_children": lazy_gettext("Take the sum of the rows below"),
    "maximum_from_children": lazy_gettext("Take the sum of the rows below"),
    "zero_below": lazy_gettext("Everything below gives 0"),
    "worst_grade": lazy_gettext("Of several people the lowest counts"),
    "one_grade": lazy_gettext("One grade for the unit"),
    "worst_measure": lazy_gettext("The less favourable measure counts"),
    "all_measures": lazy_gettext("Where they disagree, ask the council"),
    "scaled": lazy_gettext("Scale to the maximum"),
    "mean": lazy_gettext("Hold the mean at the maximum"),
}

KINDS: Mapping[str, object] = {
    "choice": lazy_gettext("options"),
    "bands": lazy_gettext("steps"),
    "proportional": lazy_gettext("by share"),
    "per_case": lazy_gettext("per case"),
    "deduction": lazy_gettext("with deductions"),
    "survey": lazy_gettext("survey"),
    "ballots": lazy_gettext("leaders' points"),
    "previous_period": lazy_gettext("against last year"),
    "external": lazy_gettext("external figure"),
    "judged": lazy_gettext("by judgement"),
}

_SCORERS: Mapping[ScoredBy, object] = {
    ScoredBy.UNIT: lazy_gettext("Unit"),
    ScoredBy.LEADERS: lazy_gettext("Leaders' sheets"),
    ScoredBy.SURVEY: lazy_gettext("Survey"),
    ScoredBy.EXTERNAL: lazy_gettext("Another system"),
    ScoredBy.COUNCIL: lazy_gettext("Council"),
}

#: which reading was taken, or where a figure came from, as the reader names it → in words
_READINGS: Mapping[str, object] = {
    "one": lazy_gettext("one option is chosen"),
    "worst": lazy_gettext("the lowest counts"),
    "best": lazy_gettext("the highest counts"),
    "line": lazy_gettext("its own line"),
    "children": lazy_gettext("the rows below"),
    "option": lazy_gettext("the highest option"),
    "title": lazy_gettext("the title"),
}

#: details that are a word of the reader's own, not of the paper
_NAMED = frozenset({"by", "taken", "source", "column"})
_COLUMNS: Mapping[str, object] = {
    "code": lazy_gettext("code"),
    "title": lazy_gettext("title"),
    "maximum": lazy_gettext("maximum"),
    "agency": lazy_gettext("agency"),
    "evidence": lazy_gettext("documents"),
}

#: letters of a quoted text that a sentence repeats
_QUOTED = 240


class _Quoted(dict[str, str]):
    """The details of a finding; long texts are cut, one that was not given leaves its place empty."""

    def __missing__(self, name: str) -> str:
        return ""

    def __getitem__(self, name: str) -> str:
        text = " ".join(super().__getitem__(name).split())
        if name in _NAMED:
            text = _own_word(text)
        return text if len(text) <= _QUOTED else f"{text[:_QUOTED].rstrip()}…"


def _own_word(text: str) -> str:
    """Return a word of the reader's own as people read it; anything else is the paper's and stays."""
    if text in set(ScoredBy):
        return str(_SCORERS[ScoredBy(text)])
    return str(_READINGS.get(text) or _COLUMNS.get(text) or text)


def finding_title(code: FindingCode) -> str:
    return str(TITLES[code])


def finding_words(finding: Finding) -> str:
    """Return the sentence of a finding in the reader's language: what the paper says and what is doubtful."""
    if finding.code is FindingCode.BANDS_GAP and not finding.details.get("high"):
        return str(gettext("Nothing is said of figures above %(low)s.", low=finding.details.get("low", "")))
    if finding.code is FindingCode.OWN_FILE and not finding.details.get("changed"):
        count = finding.details.get("count", "")
        return str(gettext("The file came from a portal: all %(count)s criteria were taken exactly.", count=count))
    words: str = str(SENTENCES[finding.code]) % _Quoted(finding.details)
    if finding.code is FindingCode.OPTIONS_OVERLAP and "taken" in finding.details:
        words += " " + str(gettext("Taken: %(taken)s.", taken=_own_word(finding.details["taken"])))
    return words


def remedy_words(remedy: Remedy) -> str:
    """Return what a remedy's button says: its own words, else what it changes, else that nothing changes."""
    if remedy.key in REMEDIES:
        return str(REMEDIES[remedy.key])
    said = [_change(name, value) for name, value in remedy.changes.items()]
    return "; ".join(said) or str(REMEDIES["as_printed"])


def rule_kind_words(rule: Rule) -> str:
    """Return a rule's kind in two words, as a line of the tree has room for."""
    return str(KINDS[kind_of(rule)])


def _change(name: str, value: object) -> str:
    match name:
        case "rule" if value is not None:
            return str(gettext("Score it so: %(kind)s", kind=rule_kind_words(rule_from_json(value))))
        case "rule":
            return str(gettext("Not scored itself"))
        case "maximum":
            return str(gettext("Maximum: %(points)s", points=_figure(value)))
        case "scored_by" if value in set(ScoredBy):
            return str(gettext("Scored by: %(who)s", who=_SCORERS[ScoredBy(str(value))]))
        case "parent":
            return str(gettext("Put it under %(code)s", code=value) if value else gettext("Put it at the top"))
        case "code":
            return str(gettext("Code: %(code)s", code=value))
        case "agency":
            return str(gettext("Agency: %(agency)s", agency=value or "–"))
        case _:
            return f"“{value}”"


def _figure(value: object) -> str:
    try:
        return figure(Decimal(str(value)))
    except InvalidOperation:
        return str(value)
