"""检查版式: what of GB/T 9704-2012 holds in a produced file and what does not, one finding for each rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shichen.documents.official import measured, pdf_foot, pdf_head, pdf_lines, word_checks
from shichen.documents.official.measured import Page
from shichen.documents.official.paper import OfficialPaper

Check = Callable[[OfficialPaper, tuple[Page, ...]], list[str]]
WordCheck = Callable[[OfficialPaper, word_checks.Parts], list[str]]


@dataclass(frozen=True)
class Finding:
    """One rule of the standard, its clause, and each fault against it with its page; without faults it holds."""

    rule: str
    clause: str
    faults: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.faults


PDF_RULES: tuple[tuple[str, str, Check], ...] = (
    ("A4 纸，210 毫米×297 毫米", "5.1", pdf_lines.paper_size),
    ("版心 156 毫米×225 毫米，文字不出版心", "5.2.1", pdf_lines.type_area),
    ("每面 22 行，行距 10.23 毫米", "5.2.3", pdf_lines.line_pitch),
    ("每行 28 字，字距 5.57 毫米", "5.2.3", pdf_lines.character_pitch),
    ("标点不出现在不该出现的行首行尾", "GB/T 15834", pdf_lines.marks),
    ("正文一字不少", "7.3.3", pdf_lines.complete),
    ("首页有正文", "7.3.3", pdf_lines.first_page),
    ("字体都嵌在文件里", "", pdf_lines.embedded),
    ("发文机关标志红色、居中、上边缘在规定的位置", "7.2.4 10.1–10.3", pdf_head.mark),
    ("发文字号在规定的位置，括号和编号合乎写法", "7.2.5", pdf_head.number),
    ("红色分隔线在规定的位置，长度合乎规定", "7.2.7 10.1", pdf_head.rules),
    ("标题居中", "7.3.1", pdf_head.title),
    ("成文日期在规定的位置，与正文同面", "7.3.5", pdf_foot.dated),
    ("版记在最后一面的版心最下方", "7.4", pdf_foot.imprint),
    ("页码单页居右、双页居左，一字线上距版心下边缘 7 毫米", "7.5", pdf_foot.page_numbers),
)


def check_pdf(paper: OfficialPaper, pdf: bytes) -> tuple[Finding, ...]:
    """What holds of a document in its PDF."""
    pages = measured.pages(pdf)
    return tuple(Finding(rule, clause, tuple(check(paper, pages))) for rule, clause, check in PDF_RULES)


WORD_RULES: tuple[tuple[str, str, WordCheck], ...] = (
    ("A4 纸，版心 156 毫米×225 毫米", "5.1 5.2.1", word_checks.page),
    ("每面 22 行：行网格与固定行距", "5.2.3", word_checks.lines),
    ("每行 28 字：3号字、字距收紧，汉字与数字之间不加空", "5.2.3", word_checks.characters),
    ("仿宋、黑体、楷体、宋体、小标宋写在文件里，中西文同一字体", "5.2.2", word_checks.faces),
    ("发文机关标志红色，不超出版心", "7.2.4", word_checks.mark),
    ("发文字号和红色分隔线", "7.2.5 7.2.7", word_checks.number),
    ("正文一字不少，首行缩进二字", "7.3.3", word_checks.body),
    ("版记是浮在版心最下方的表，与版心等宽", "7.4", word_checks.imprint),
    ("页码单页居右、双页居左", "7.5", word_checks.page_numbers),
)


def check_docx(paper: OfficialPaper, docx: bytes) -> tuple[Finding, ...]:
    """What holds of a document in its .docx, as it is written there: how an office sets it is for the office to say."""
    parts = word_checks.parts(docx)
    return tuple(Finding(rule, clause, tuple(check(paper, parts))) for rule, clause, check in WORD_RULES)


def faces_used(pdf: bytes) -> tuple[str, ...]:
    """The faces that a PDF is printed in."""
    return tuple(sorted({char.font for page in measured.pages(pdf) for char in page.chars}))
