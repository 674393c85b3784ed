"""Words of the portal's own templates, and of the sources it stores: data, in the language of the papers.

A file is read back by its headings, so they are the same whoever takes the template out.
"""

from __future__ import annotations

SHEET_NAME = "Nhập số liệu"
UNIT_CODE, UNIT_NAME = "Mã đơn vị", "Đơn vị"
RETURNED = "Số phiếu thu về"
VALUE, SOURCE, ON, DOCUMENT = "Giá trị", "Nguồn", "Ngày số liệu", "Văn bản"

#: which figure of a publication of ours was taken, and from which edition
INDEX, POSITION, POINTS = "chỉ số", "xếp hạng", "điểm tiêu chí"
EDITION = "{campaign} – {group}, {what}; Quyết định số {number} ngày {on:%d/%m/%Y}, công bố lần {edition}"
TAKEN_FROM = "{source}; lấy theo {unit}"
