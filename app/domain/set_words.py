"""The words of our own workbook and appendix: what is written is what is read back, so both share this one list.

Vietnamese on purpose: it is the vocabulary of files people edit, not a screen.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.rules import Better, Combine, Pick, SurveyBasis
from app.domain.terms import ExampleOrigin, LeaderKind, ScoredBy, Severity

#: of the part our Word appendix carries its set in
NAMESPACE = "urn:cham-diem:criteria-set"

TREE_SHEET, RULES_SHEET, NOTES_SHEET = "Cây tiêu chí", "Cách chấm", "Ghi chú"

CODE, PARENT, TITLE, MAXIMUM, SCORER = "Mã", "Thuộc", "Tiêu chí", "Điểm tối đa", "Ai chấm"
AGENCY, AGENCY_CODE, AGENCY_NAME = "Cơ quan thẩm định", "Mã đơn vị", "Đơn vị trên cổng"
ORIGINAL, REQUIREMENT, EVIDENCE = "Nguyên văn", "Yêu cầu", "Tài liệu kiểm chứng"
TREE_COLUMNS = (
    CODE,
    PARENT,
    TITLE,
    MAXIMUM,
    SCORER,
    AGENCY,
    AGENCY_CODE,
    AGENCY_NAME,
    ORIGINAL,
    REQUIREMENT,
    EVIDENCE,
)

KIND, ITEM, VALUE, POINTS, WORDS = "Cách chấm", "Mục", "Giá trị", "Điểm", "Lời"
RULE_COLUMNS = (CODE, KIND, ITEM, VALUE, POINTS, WORDS)

ROW_KIND, FINDING, SEVERITY, CONTENT = "Loại", "Phát hiện", "Mức độ", "Nội dung"
SETTLED, CHOICE = "Đã xử lý", "Đã chọn"
NOTE_COLUMNS = (ROW_KIND, CODE, FINDING, SEVERITY, CONTENT, SETTLED, CHOICE)
TEMPLATE, SET_CODE, SET_NAME, YEAR = "Mẫu", "Mã bộ tiêu chí", "Tên bộ tiêu chí", "Năm"
LEGAL_BASIS, REASON, SET_NOTES = "Căn cứ pháp lý", "Lý do của phiên bản", "Ghi chú của bộ"
GUIDE = "Hướng dẫn"
#: the mark of the template ends with its version
TEMPLATE_MARK = "Bộ tiêu chí của cổng, mẫu số "
TEMPLATE_VERSION = 1
YES, NO, NONE = "có", "không", "không"

KINDS: Mapping[str, str] = {
    "choice": "Chọn mức",
    "bands_percent": "Theo khoảng tỷ lệ",
    "bands_count": "Theo khoảng số lượng",
    "proportional": "Theo tỷ lệ",
    "per_case": "Theo số lượng",
    "deduction": "Trừ điểm",
    "survey": "Phiếu khảo sát",
    "ballots": "Phiếu lãnh đạo",
    "previous_period": "So với kỳ trước",
    "external": "Kết quả ngoài",
    "judged": "Xét chấm",
}

#: rows of a rule; those that end with a blank go on with a key
OPTION, PICK = "Mức ", "Khi đúng nhiều mức"
BAND = "Khoảng"
FLOOR, AT_FLOOR, CAP = "Sàn (%)", "Đúng mức sàn", "Trần (%)"
EACH_CASE, MOST = "Mỗi trường hợp", "Tối đa"
THRESHOLD, START, EACH_FAULT, LEAST = "Ngưỡng (%)", "Điểm ban đầu", "Mỗi lỗi trừ", "Điểm thấp nhất"
CUT_OFF = "Số lỗi bị 0 điểm"
ANSWER, BASIS = "Trả lời ", "Cách tính"
LEADER = "Hệ số "
MEASURE, COMBINE = "So sánh ", "Khi các chỉ số trái chiều"
HIGHER, EQUAL, LOWER, FIRST_YEAR = "Tốt hơn kỳ trước", "Bằng kỳ trước", "Kém hơn kỳ trước", "Năm đầu"
SCALE, STEP = "Thang đo", "Bước điểm"
NOTHING_AROSE, PERCENT_OFFERED, GROUND = "Không phát sinh", "Nhận tỷ lệ gõ thẳng", "Căn cứ 0 điểm"
EXAMPLES: Mapping[ExampleOrigin, str] = {
    ExampleOrigin.TYPED: "Ví dụ",
    ExampleOrigin.IMPORTED: "Ví dụ nhập theo tệp",
}
#: what stands for points where an example is refused, before the code of the refusal
REFUSED = "từ chối "

#: the start of a deduction that is the criterion's maximum
WHOLE_MAXIMUM = "điểm tối đa"
FLOOR_SIDES: Mapping[bool, str] = {True: "được tính điểm", False: "0 điểm"}
PICKS: Mapping[Pick, str] = {
    Pick.ONE: "chỉ chọn một mức",
    Pick.WORST: "lấy mức thấp nhất",
    Pick.BEST: "lấy mức cao nhất",
}
BASES: Mapping[SurveyBasis, str] = {
    SurveyBasis.SCALED: "quy về điểm tối đa",
    SurveyBasis.MEAN: "lấy điểm trung bình",
}
BETTERS: Mapping[Better, str] = {Better.HIGHER: "cao hơn là tốt", Better.LOWER: "thấp hơn là tốt"}
COMBINES: Mapping[Combine, str] = {Combine.ALL: "hội đồng xem xét", Combine.WORST: "lấy kết quả thấp nhất"}
SCORERS: Mapping[ScoredBy, str] = {
    ScoredBy.UNIT: "Đơn vị",
    ScoredBy.LEADERS: "Phiếu lãnh đạo",
    ScoredBy.SURVEY: "Khảo sát",
    ScoredBy.EXTERNAL: "Hệ thống khác",
    ScoredBy.COUNCIL: "Hội đồng",
}
SEVERITIES: Mapping[Severity, str] = {
    Severity.ERROR: "Lỗi",
    Severity.WARNING: "Cảnh báo",
    Severity.INFO: "Thông tin",
}
LEADERS: Mapping[str, str] = {
    LeaderKind.CHAIRMAN.value: "Chủ tịch",
    LeaderKind.VICE_CHAIRMAN.value: "Phó Chủ tịch",
}
MEASURES: Mapping[str, str] = {
    "cchc_rank": "thứ hạng Chỉ số CCHC",
    "cchc_index": "Chỉ số CCHC",
    "satisfaction_rank": "thứ hạng Chỉ số hài lòng",
    "satisfaction_index": "Chỉ số hài lòng",
}

#: spans of a band
FROM, ABOVE, UP_TO, BELOW = "từ", "trên", "đến", "dưới"
SPAN_EXAMPLES = "từ 90% trở lên; từ 70% đến dưới 90%; trên 90%; dưới 70%"
ON, ANY, ENDLESS, BOTTOMLESS = "trở lên", "mọi giá trị", "vô cùng", "âm vô cùng"

#: claims of examples; those that end with a blank go on with a key or a figure
CLAIM_OPTION, CLAIM_ANSWER, CLAIM_BALLOT, CLAIM_MEASURE = "mức ", "trả lời ", "phiếu ", "so sánh "
CLAIM_ZERO, CLAIM_VALUE, CLAIM_POINTS = "căn cứ ", "kết quả ", "chấm "
CLAIM_NO_OPTION, CLAIM_NO_ANSWER = "không chọn mức nào", "không có trả lời"
CLAIM_NO_BALLOT, CLAIM_NO_MEASURE = "không có phiếu", "không có số liệu so sánh"
CLAIM_CASES, CLAIM_FAULTS = " trường hợp", " lỗi"
CLAIM_EXAMPLES = "18/20; 85%; mức 1; 5 trường hợp; không phát sinh"
CLAIM_NOTHING_AROSE, CLAIM_DECLINED, CLAIM_NO_FIGURE = "không phát sinh", "không tự chấm", "chưa có"

GUIDE_LINES = (
    "Sửa trên ba trang rồi đưa tệp trở lại cổng; tên trang và dòng tiêu đề giữ nguyên.",
    "Mỗi tiêu chí được chấm có ô Ai chấm và có các dòng của mình ở trang Cách chấm; nhóm tiêu chí thì để trống.",
    "Số điểm viết 0,5 hoặc 0.5; tỷ lệ viết 85, không định dạng ô thành phần trăm.",
    "Khoảng viết bằng lời: từ 90% trở lên; từ 70% đến dưới 90%; trên 90%; dưới 70%; từ 1 đến 5.",
    "Chỗ không dùng ghi chữ không, đừng xóa dòng.",
)

#: the Word appendix
APPENDIX, ATTACHED_TO, SUM_OF_ALL, SURVEY_MARK = "PHỤ LỤC", "Kèm theo văn bản số", "CỘNG TỔNG", "XHH"
APPENDIX_COLUMNS = (
    "STT",
    "Lĩnh vực/Tiêu chí/Tiêu chí thành phần và cách thức, phương pháp đánh giá, chấm điểm",
    "Điểm tối đa",
    "Điểm tự đánh giá",
    "Điểm thẩm định",
    "Tài liệu kiểm chứng",
    "Cơ quan thẩm định điểm tự đánh giá",
)
REQUIREMENT_HEAD = "Yêu cầu:"
NOTES_HEAD = "Ghi chú:"
