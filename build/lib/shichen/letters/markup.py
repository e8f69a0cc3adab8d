"""HTML as lines: one block element a line, tables by their rows; scripts, styles and what is hidden are passed over."""

from __future__ import annotations

from html.parser import HTMLParser

from shichen.letters.lines import Table, flat

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "title",
        "ul",
    ]
)
_PASSED = frozenset(["script", "style", "noscript", "template", "svg", "math", "select", "object"])
_EMPTY = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_WIDEST = 200


def lines_of(text: str) -> list[str]:
    """The lines of a page; any text is one, however broken its tags are."""
    page = _Page()
    page.feed(text)
    page.close()
    page.finish()
    return page.lines


class _Page(HTMLParser):
    """What has been read of a page so far; only the outermost table keeps its rows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.words: list[str] = []
        self.table: Table | None = None
        self.depth = 0
        self.passed: list[str] = []
        self.cell: tuple[int, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self.passed or tag in _PASSED or "hidden" in given:
            if tag not in _EMPTY:
                self.passed.append(tag)
        elif tag == "table":
            self._open_table()
        elif tag == "tr" and self.depth == 1 and self.table is not None:
            self._close_cell()
            self.table.open_row()
        elif tag in ("td", "th") and self.depth == 1 and self.table is not None:
            self._close_cell()
            if not self.table.rows:
                self.table.open_row()
            self.cell = _count(given.get("colspan")), _count(given.get("rowspan"))
        elif tag in _BLOCKS:
            self._break()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.passed and tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if self.passed:
            if tag in self.passed:
                while self.passed and self.passed.pop() != tag:
                    pass
        elif tag == "table":
            self._close_table()
        elif tag in ("td", "th", "tr") and self.depth == 1:
            self._close_cell()
            if tag == "tr" and self.table is not None and self.table.rows:
                self.table.close_row()
        elif tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if not self.passed:
            self.words.append(data)

    def finish(self) -> None:
        """The end of the page closes what it left open."""
        while self.depth:
            self._close_table()
        self._break()

    def _break(self) -> None:
        if self.cell is not None:
            self.words.append("\n")
            return
        said, self.words = flat("".join(self.words)), []
        if said:
            self.lines.append(said)

    def _open_table(self) -> None:
        if not self.depth:
            self._break()
            self.table = Table()
        self.depth += 1

    def _close_table(self) -> None:
        if self.depth == 1 and self.table is not None:
            self._close_cell()
            self.lines += ["", *self.table.lines(), ""]
            self.table, self.words = None, []
        self.depth = max(0, self.depth - 1)

    def _close_cell(self) -> None:
        if self.cell is not None and self.table is not None:
            columns, rows = self.cell
            self.table.add("".join(self.words), columns=columns, rows=rows)
        self.cell, self.words = None, []


def _count(text: str | None) -> int:
    return min(int(text), _WIDEST) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1
