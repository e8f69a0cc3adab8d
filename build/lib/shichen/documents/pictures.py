"""Drawings as they stand alone: an SVG of the pages gets its own colours, type and ground, so that it can be sent and printed."""

from __future__ import annotations

from collections.abc import Sequence

from shichen.documents.text import printable
from shichen.documents.typesetting import Job

FAMILIES = ("Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif")
PIXELS_PER_INCH = 200

# The classes of the charts on the pages in the colours of the light pages: a file that leaves the house has no style sheet
# beside it. Greys differ in lightness, so that a grey printout still tells them apart.
STYLE = """
text{font-family:%s;font-size:11px;fill:#4d5661}
.is-title{fill:#14181d}
.axis,.tick{stroke:#d5dae0;stroke-width:1;fill:none}
.axis{stroke:#4d5661}
.s1{fill:#b3402e}.s2{fill:#1d6fa5}.s3{fill:#6b7885}.s4{fill:#a87b00}.s5{fill:#3f2a6b}
.line{fill:none;stroke-width:1.6}.line.is-thin{stroke-width:1}
.line.s1{fill:none;stroke:#b3402e}.line.s2{fill:none;stroke:#1d6fa5}.line.s3{fill:none;stroke:#6b7885}
.line.s4{fill:none;stroke:#a87b00}.line.s5{fill:none;stroke:#3f2a6b}
.ribbon{opacity:.16}.ribbon.is-middle{opacity:.2}.ribbon.is-inner{opacity:.34}.is-light{opacity:.45}
.whisker{stroke:#14181d;fill:none}.level{stroke:#14181d;fill:none;stroke-dasharray:6 3}
.is-provisional{fill:none;stroke:#b3402e;stroke-dasharray:3 2}
.unsure{fill:#eceff2}
.hatch{fill:none;stroke:#b9c0c8}
.on-known{fill:#ffffff}
.known{fill:#4d5661}
.event{stroke:#14181d;stroke-width:.8;stroke-dasharray:2 3}
.measure{fill:#d3d9df}
.cell,.area{stroke:#ffffff;stroke-width:2}
.area{stroke-width:1}
.k0{fill:#eef2f5}.k1{fill:#f6d5c6}.k2{fill:#eba58a}.k3{fill:#bf5138}.k4{fill:#9c2f22}
.k-none{fill:#ffffff;stroke:#4d5661;stroke-width:1;stroke-dasharray:3 3}
.on0,.on1,.on2{fill:#17212b}.on3,.on4{fill:#ffffff}
.value{font-weight:600}
.leader{fill:none;stroke:#4d5661}circle.leader{fill:#14181d}
.halo{paint-order:stroke;stroke:#ffffff;stroke-width:3px}
.frame{fill:none;stroke:#4d5661;stroke-dasharray:3 2}.is-inset{fill:#ffffff;stroke-dasharray:none}
.corrected{fill:none;stroke:#b3402e;stroke-width:1.5}
"""


def standing_alone(svg: str, *, families: Sequence[str] = FAMILIES, ground: str = "#ffffff") -> str:
    """The drawing with its style inside it and paper under it. `svg` is one of ours: an element `svg` with a view box."""
    head, _, rest = printable(svg).partition(">")
    quoted = ",".join(f"'{family}'" for family in families)
    style = (STYLE % quoted).replace("\n", "")
    return f'{head}><style>{style}</style><rect width="100%" height="100%" fill="{ground}"/>{rest}'


def picture_job(svg: str, *, millimetres: float = 180, form: str = "png", title: str = "", lang: str = "zh") -> Job:
    """A drawing as PNG, sharp enough for print, or as PDF, which says `title` to who cannot see it."""
    sheet = {"width": millimetres, "title": title or "图", "lang": lang}
    return Job("picture", sheet, form, PIXELS_PER_INCH, pictures={"drawing": standing_alone(svg)})
