"""Printed pages in the docs: a PDF that a journey fetched, drawn by the typesetter and taken as one picture."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from playwright.sync_api import BrowserContext
from pypdf import PdfReader

from tests.browser.pictures import folder

WIDE = 1700  # pixels of the picture, all pages together
BESIDE = """#set page(width: auto, height: auto, margin: 5mm, fill: rgb("#c9d0d6"))
#stack(dir: ltr, spacing: 5mm, ..range(1, {pages} + 1).map(n => box(fill: white, image("sheet.pdf", page: n))))"""
LEVELS = " ".join(str(level / 15) for level in range(16))
SHOWN = """<body style="margin:0"><svg width="0" height="0" style="position:absolute">
<filter id="few" color-interpolation-filters="sRGB"><feComponentTransfer>{levels}</feComponentTransfer></filter></svg>
<img style="display:block;width:{wide}px;filter:url(#few)" src="data:image/png;base64,{drawn}">"""
"""Sixteen levels a colour are enough for paper, and halve the file."""


def paper(context: BrowserContext, pdf: bytes, name: str) -> None:
    """Keep the pages of a PDF beside each other as the picture `name`, where pictures are asked for."""
    where = folder()
    if where is None:
        return
    levels = "".join(f'<feFunc{colour} type="discrete" tableValues="{LEVELS}"/>' for colour in "RGB")
    page = context.new_page()
    page.set_viewport_size({"width": WIDE, "height": 600})
    page.set_content(SHOWN.format(levels=levels, wide=WIDE, drawn=b64encode(drawn(pdf)).decode()))
    page.locator("img").screenshot(path=where / f"{name}.png")
    page.close()


def drawn(pdf: bytes) -> bytes:
    """The pages of a PDF beside each other, as wide as the picture will be or a little wider."""
    pages = PdfReader(BytesIO(pdf)).pages
    inches = sum(float(page.mediabox.width) for page in pages) / 72 + (len(pages) + 1) * 5 / 25.4
    with TemporaryDirectory() as place:
        (Path(place) / "sheet.pdf").write_bytes(pdf)
        source = BESIDE.format(pages=len(pages)).encode()
        made = typst.Compiler(input=source, root=place).compile(format="png", ppi=WIDE / inches)
    return made[0] if isinstance(made, list) else made or b""
