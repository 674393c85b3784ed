"""The words of one Word paragraph: runs, breaks, boxes, formulas; what is deleted or hidden is set apart."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.reading.docx_styles import Names, Styles
from app.reading.letters import SYMBOL, clean
from app.reading.package import Element, local

#: what stands inside is the paragraph's own
_THROUGH = frozenset(
    {
        "ins",
        "moveTo",
        "hyperlink",
        "smartTag",
        "sdt",
        "sdtContent",
        "fldSimple",
        "customXml",
        "dir",
        "bdo",
        "AlternateContent",
        "Choice",
        "drawing",
        "pict",
        "object",
        "inline",
        "anchor",
        "graphic",
        "graphicData",
        "wsp",
        "wgp",
        "group",
        "txbx",
        "shape",
        "rect",
        "textbox",
        "wpc",
        "oMathPara",
    }
)
_GONE = frozenset({"del", "moveFrom"})
_BREAKS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_DDE = ("DDEAUTO", "DDE ")


@dataclass(slots=True)
class Words:
    """`spans`: (text, bold) in order. `boxes`: the paragraphs of text boxes that hang on this one."""

    spans: list[tuple[str, bool]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    linked: str = ""

    @property
    def text(self) -> str:
        return clean("".join(text for text, _ in self.spans))

    @property
    def bold(self) -> bool:
        """Whether every run of the first line that holds something is bold."""
        said: list[bool] = []
        for text, bold in self.spans:
            first, broken, _ = text.partition("\n")
            if first.strip():
                said.append(bold)
            if broken and said:
                break
        return bool(said) and all(said)


class ParagraphReader:
    def __init__(self, w: Names, styles: Styles) -> None:
        self._w = w
        self._styles = styles

    def words(self, paragraph: Element) -> Words:
        style = self._w.value(paragraph.find(self._w("pPr")), "pStyle")
        words = Words()
        self._walk(paragraph, words, self._styles.of(style or self._styles.default).bold)
        return words

    def _walk(self, parent: Element, words: Words, bold: bool | None) -> None:  # noqa: FBT001 - of the paragraph's style
        for child in parent:
            name = local(child)
            if name == "r":
                self._run(child, words, bold)
            elif name == "oMath":
                words.spans.append((f" {_formula(child)} ", False))
            elif name == "txbxContent":
                words.boxes.append(child)
            elif name in _GONE:
                words.deleted.append(
                    clean("".join(each.text or "" for each in child.iter() if local(each) in {"t", "delText"}))
                )
            elif name in _THROUGH:
                self._walk(child, words, bold)

    def _run(self, run: Element, words: Words, inherited: bool | None) -> None:  # noqa: FBT001
        properties = run.find(self._w("rPr"))
        style = self._styles.of(self._w.value(properties, "rStyle"))
        own, hidden = (None, None) if properties is None else self._switches(properties)
        bold = own if own is not None else style.bold
        if hidden or (hidden is None and style.hidden):
            words.hidden.append(clean("".join(self._piece(child) for child in run)))
            return
        for child in run:
            name = local(child)
            if name in _THROUGH:
                self._walk(child, words, inherited)
            elif name == "instrText" and (child.text or "").strip().upper().startswith(_DDE):
                words.linked = (child.text or "").strip()
            elif piece := self._piece(child):
                words.spans.append((piece, bool(inherited if bold is None else bold)))

    def _switches(self, properties: Element) -> tuple[bool | None, bool | None]:
        """Return whether a run says of itself that it is bold, and hidden."""
        return self._w.on(properties, "b"), self._w.on(properties, "vanish")

    def _piece(self, child: Element) -> str:
        name = local(child)
        if name == "t":
            return child.text or ""
        if name == "sym":
            return self._symbol(child)
        if name == "br" and child.get(self._w("type")) == "page":
            return "\n"
        return _BREAKS.get(name, "")

    def _symbol(self, element: Element) -> str:
        try:
            code = int(element.get(self._w("char")) or "", 16)
        except ValueError:
            return ""
        if (element.get(self._w("font")) or "").lower() == "symbol" and code & 0xFF in SYMBOL:
            return SYMBOL[code & 0xFF]
        return chr(code) if 0 < code < 0xD800 or 0xE000 <= code <= 0xFFFD else ""


def _formula(element: Element) -> str:
    """Return a formula of Word's editor on one line: fractions as (a)/(b), indexes after "_", powers after "^"."""
    name = local(element)
    if name in {"t", "delText"}:
        return element.text or ""
    parts = {
        local(child): _formula(child) for child in element if local(child) in {"num", "den", "e", "sub", "sup", "deg"}
    }
    match name:
        case "f":
            return f"{_grouped(parts.get('num', ''))}/{_grouped(parts.get('den', ''))}"
        case "sSub":
            return f"{parts.get('e', '')}_{_grouped(parts.get('sub', ''))}"
        case "sSup":
            return f"{parts.get('e', '')}^{_grouped(parts.get('sup', ''))}"
        case "nary":
            return f"∑{_grouped(parts.get('e', ''))}"
        case "d":
            return f"({'; '.join(_formula(child) for child in element if local(child) == 'e')})"
        case _:
            return "".join(_formula(child) for child in element)


def _grouped(text: str) -> str:
    inner = text.strip()
    return (
        inner
        if inner.isalnum() or (inner.startswith("(") and inner.endswith(")") and "(" not in inner[1:])
        else f"({inner})"
    )
