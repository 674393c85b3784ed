"""What is said of a file that cannot be read, by code: what it is, and what to do instead."""

# ruff: noqa: E501 (a sentence stands on one line)

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext

READING: Mapping[str, object] = {
    "archive_name_unsafe": lazy_gettext(
        "The file %(name)s holds parts whose names point out of it. Open it in Word or Excel, save it anew and choose that file."
    ),
    "archive_too_large": lazy_gettext(
        "Unpacked, the file %(name)s is too large: more than %(limit)s MB, or packed far too tightly. Take out pictures and sheets that are not needed."
    ),
    "document_too_large": lazy_gettext(
        "The file %(name)s is larger than %(limit)s MB. Take out pictures, or save the appendix alone as a file."
    ),
    "encoding_unknown": lazy_gettext(
        "The letters of %(name)s cannot be told: it is not in Unicode. Save it as UTF-8, or as .docx or .xlsx."
    ),
    "file_binary_workbook": lazy_gettext(
        "%(name)s is a binary workbook (.xlsb). Save it as .xlsx and choose that file."
    ),
    "file_broken": lazy_gettext(
        "The file %(name)s is damaged or cut off. Open it in its program, save it anew and choose that file."
    ),
    "file_embeds_files": lazy_gettext(
        "Other files are embedded in %(name)s (OLE objects). Copy the appendix into a new document and save that."
    ),
    "file_encrypted": lazy_gettext("%(name)s is locked with a password. Save a copy without password and choose that."),
    "file_has_macros": lazy_gettext(
        "%(name)s holds macros. Save it as .docx or .xlsx without macros and choose that file."
    ),
    "file_is_archive": lazy_gettext("%(name)s is an archive. Unpack it and choose the document itself."),
    "file_is_image": lazy_gettext(
        "%(name)s is a picture: no text can be taken from it. Choose the Word or Excel file, or paste the table."
    ),
    "file_is_presentation": lazy_gettext(
        "%(name)s is a presentation. Copy the table into Word or Excel and choose that file."
    ),
    "file_is_rtf": lazy_gettext("%(name)s is a file in Rich Text Format. Save it as .docx and choose that file."),
    "file_kind_unknown": lazy_gettext(
        "What kind of file %(name)s is cannot be told. Word (.docx), Excel (.xlsx), PDF with text, HTML and plain text are read."
    ),
    "file_links_out": lazy_gettext(
        "%(name)s takes content or a template from elsewhere (%(target)s). Break the links in its program, save it and choose that file."
    ),
    "file_not_what_it_says": lazy_gettext(
        "%(name)s holds plain text, whatever its ending says. Give it the ending .txt if that is right, or choose the right file."
    ),
    "file_old_office": lazy_gettext(
        "%(name)s is in the old format of Word or Excel. Save it as .docx or .xlsx and choose that file."
    ),
    "file_old_web": lazy_gettext(
        "%(name)s is a web archive or an XML document of Word. Save it as .docx and choose that file."
    ),
    "file_open_document": lazy_gettext(
        "%(name)s is an OpenDocument file. Save it as .docx or .xlsx and choose that file."
    ),
    "file_unreadable": lazy_gettext(
        "Reading %(name)s failed. Nothing was stored. Save it anew in its program, or paste the table as text."
    ),
    "legacy_font": lazy_gettext(
        'The text is typed for an old font (TCVN3 or VNI), as in "%(sample)s". Convert it to Unicode in Word and choose that file.'
    ),
    "nothing_in_file": lazy_gettext("Not one word stands in %(name)s. Choose the right file."),
    "pdf_no_table": lazy_gettext(
        "No table can be made out in %(name)s. Choose the Word or Excel file, or copy the table and paste it."
    ),
    "pdf_rows_unclear": lazy_gettext(
        "Where the rows of the table begin cannot be made out on page %(page)s of %(name)s: it has no lines, and texts stand in the middle of taller cells. Choose the Word or Excel file, or copy the table and paste it."
    ),
    "pdf_scanned": lazy_gettext(
        "%(name)s is a scan: its pages are pictures without text. Choose the Word or Excel file, or have the text recognised first."
    ),
    "reading_busy": lazy_gettext(
        "Other files are being read just now. %(name)s was not read and nothing was stored. Try again in a minute."
    ),
    "reading_too_heavy": lazy_gettext(
        "Reading %(name)s takes too much time or memory and was stopped. Nothing was stored. Save the appendix alone as a file."
    ),
    "table_too_wide": lazy_gettext(
        "A table in %(name)s has more than %(limit)s columns. Delete those that are not needed."
    ),
    "too_many_pages": lazy_gettext(
        "%(name)s has more than %(limit)s pages. Save the pages of the appendix alone as a file."
    ),
    "too_many_rows": lazy_gettext(
        "The file has more than %(limit)s rows and paragraphs. Save the appendix alone as a file."
    ),
    "xml_doctype": lazy_gettext(
        "%(name)s holds a document type that could read files of the server. Open it in its program, save it anew and choose that file."
    ),
}
