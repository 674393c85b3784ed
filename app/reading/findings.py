"""What a reader of an appendix may have to tell: a closed list, each with how much it weighs.

An error keeps a campaign from opening until it is settled; a warning is a doubt or a choice made for the office; an
info says what was tidied up. The sentence of each stands in ``app/words/findings.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.terms import Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


class FindingCode(StrEnum):
    """`details` that each sentence needs stand beside it; all are texts as the paper prints them."""

    # the tree
    SUM_DIFFERS = "sum_differs"  # maximum, children
    TOTAL_DIFFERS = "total_differs"  # printed, total
    MAXIMUM_MISSING = "maximum_missing"
    MAXIMUM_UNREADABLE = "maximum_unreadable"  # text
    MAXIMUM_SUPPLIED = "maximum_supplied"  # maximum, source: taken from the title, an option or the children
    NUMBER_MISSING = "number_missing"  # number: the code that is skipped
    CODE_TWICE = "code_twice"  # other: the title of the first
    CODE_LOST = "code_lost"  # given: the code it was given
    CODE_QUALIFIED = "code_qualified"  # printed: letters and short numbers that repeat got their parent's before them
    CODE_DISAGREES = "code_disagrees"  # printed, parent: numbering against place, sums decide
    ROW_UNPLACED = "row_unplaced"  # text
    NO_CRITERIA = "no_criteria"
    OWN_FILE = "own_file"  # count, changed: a file of the portal; what nobody changed was taken exactly
    # cells and paper
    CELL_SHIFTED = "cell_shifted"  # text, column
    SPLIT_CELL = "split_cell"  # column: one text over several rows or pages, joined
    OPTION_SPLIT = "option_split"  # text
    MARKUP = "markup"
    COMMA_DECIMALS = "comma_decimals"
    EMPTY_REQUIREMENT = "empty_requirement"  # count
    UNUSED_TEXT = "unused_text"  # text
    HIDDEN_TEXT = "hidden_text"  # text
    PAGE_FURNITURE = "page_furniture"  # text
    MISPRINT = "misprint"  # text, meant
    SENTENCE_BROKEN = "sentence_broken"  # text
    NOTE_IN_EVIDENCE = "note_in_evidence"  # text
    NO_EVIDENCE_NAMED = "no_evidence_named"
    ASKS_FOR_PASSWORD = "asks_for_password"  # noqa: S105 - text
    # agencies and people
    AGENCY_ON_PARENT = "agency_on_parent"
    AGENCY_MISSING = "agency_missing"
    AGENCY_SPELLING = "agency_spelling"  # text, agency
    AGENCY_IS_PERSON = "agency_is_person"  # text
    AGENCY_UNKNOWN = "agency_unknown"  # text: no unit of the house, found in the review
    ASSIGNMENT_RENUMBERED = "assignment_renumbered"  # printed, branch
    ASSIGNMENT_UNMATCHED = "assignment_unmatched"  # text
    OTHER_LEVEL = "other_level"  # text
    # rules
    RULE_MISSING = "rule_missing"
    RULE_NOT_UNDERSTOOD = "rule_not_understood"  # text
    POINTS_UNREADABLE = "points_unreadable"  # text
    BANDS_GAP = "bands_gap"  # low, high (empty: nothing above)
    BANDS_OVERLAP = "bands_overlap"  # text
    BOUND_OPEN = "bound_open"  # text, taken: which side the words leave open
    NO_LOWER_BOUND = "no_lower_bound"  # text
    OPTION_ABOVE_MAXIMUM = "option_above_maximum"  # text, points, maximum
    NO_FULL_OPTION = "no_full_option"  # maximum
    NO_ZERO_OPTION = "no_zero_option"
    ZERO_ELSEWHERE = "zero_elsewhere"  # text: the zero option speaks of another matter
    ZERO_WITHOUT_SIGN = "zero_without_sign"  # text
    OPTIONS_OVERLAP = "options_overlap"  # text: several may be true at once
    OPTIONS_COPIED = "options_copied"  # other: code of the leaf they are copied from
    OPTIONS_CONTRADICT = "options_contradict"  # text
    OPTIONS_TWICE = "options_twice"  # text
    CASE_MISSING = "case_missing"  # text: a case no option speaks of
    SEVERAL_GRADES = "several_grades"  # text: one grade is printed, several people are graded
    ABOVE_HUNDRED = "above_hundred"
    NOTHING_TO_MEASURE = "nothing_to_measure"
    NOTHING_AROSE_NARROW = "nothing_arose_narrow"  # text
    FEW_CASES = "few_cases"  # text: threshold and deduction collide for few cases
    FORMULA_UNCLEAR = "formula_unclear"  # text
    FORMULA_ELSEWHERE = "formula_elsewhere"  # at: code of the leaf it is printed at
    SCORED_BY_OTHERS = "scored_by_others"  # text, by
    TWO_MEASURES = "two_measures"  # text
    FIRST_YEAR_NOTE = "first_year_note"  # text
    OWN_CUTOFF = "own_cutoff"  # text
    NOTE_ON_POINTS = "note_on_points"  # text: a note changes points in a way no rule says
    PENALTY_PART = "penalty_part"  # text: points under this title are taken off the total, no rule of a leaf says that
    ZERO_GROUND = "zero_ground"  # text: taken as a ground for 0


SEVERITY: Mapping[FindingCode, Severity] = dict.fromkeys(
    (
        FindingCode.SUM_DIFFERS,
        FindingCode.TOTAL_DIFFERS,
        FindingCode.MAXIMUM_MISSING,
        FindingCode.MAXIMUM_UNREADABLE,
        FindingCode.CODE_TWICE,
        FindingCode.ROW_UNPLACED,
        FindingCode.NO_CRITERIA,
        FindingCode.POINTS_UNREADABLE,
        FindingCode.BANDS_GAP,
        FindingCode.BANDS_OVERLAP,
        FindingCode.NO_LOWER_BOUND,
        FindingCode.OPTION_ABOVE_MAXIMUM,
        FindingCode.ZERO_ELSEWHERE,
        FindingCode.SEVERAL_GRADES,
        FindingCode.FORMULA_UNCLEAR,
        FindingCode.TWO_MEASURES,
    ),
    ERROR,
) | dict.fromkeys(
    (
        FindingCode.OWN_FILE,
        FindingCode.CODE_QUALIFIED,
        FindingCode.SPLIT_CELL,
        FindingCode.OPTION_SPLIT,
        FindingCode.MARKUP,
        FindingCode.COMMA_DECIMALS,
        FindingCode.EMPTY_REQUIREMENT,
        FindingCode.PAGE_FURNITURE,
        FindingCode.MISPRINT,
        FindingCode.NOTE_IN_EVIDENCE,
        FindingCode.NO_EVIDENCE_NAMED,
        FindingCode.AGENCY_ON_PARENT,
        FindingCode.AGENCY_SPELLING,
        FindingCode.ZERO_WITHOUT_SIGN,
        FindingCode.OWN_CUTOFF,
        FindingCode.CELL_SHIFTED,
        FindingCode.OPTIONS_COPIED,
        FindingCode.ZERO_GROUND,
    ),
    INFO,
)


def severity_of(code: FindingCode) -> Severity:
    return SEVERITY.get(code, WARNING)


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way out. `key` names its words; `changes`: field of the criterion → its new value, rules as JSON.

    Fields: rule, maximum, code, parent, title, agency, scored_by. No changes: it stays as the paper prints it.
    """

    key: str
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """`where`: the row's code, else its title, else "" for the document. `rows`: numbers of paragraphs and rows."""

    code: FindingCode
    where: str
    details: Mapping[str, str] = field(default_factory=dict)
    remedies: tuple[Remedy, ...] = ()
    rows: tuple[int, ...] = ()

    @property
    def severity(self) -> Severity:
        return severity_of(self.code)
