"""The square code (二维码) that leads from paper back to the page: an address as a drawing."""

from __future__ import annotations

import io

import segno

INK = "#14181d"


def square(link: str) -> str:
    """The address as a QR code, drawn as SVG without a margin; a quarter of it may be soiled and it is still read."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="svg", border=0, dark=INK, xmldecl=False, svgclass=None)
    return out.getvalue().decode().strip()
