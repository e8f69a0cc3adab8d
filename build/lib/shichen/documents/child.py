"""The child process that sets type: a job on standard input, one line of JSON and then the file on standard output.

Run as `python -m shichen.documents.child`. The line is {"pages": n} or {"refused": sentence}. The typesetter and its fonts take
some 200 MB; they are given back with the process.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from typing import Any

import typst

from shichen.documents import faces, limits
from shichen.documents.text import inked
from shichen.documents.typesetting import FAILED, TEMPLATES
from shichen.documents.walk import strings
from shichen.refusal import Refusal

NAMED = 5
AROUND = 8
STANDARDS: dict[str, list[Any]] = {"pdf": ["a-2a", "ua-1"]}
"""Every PDF can be archived (PDF/A) and be read by who cannot see it (PDF/UA)."""


def main() -> None:
    """Bind this process, set, answer."""
    bind()
    pages: list[bytes] = []
    try:
        pages = typeset(json.loads(sys.stdin.buffer.read()))
        head: dict[str, Any] = {"pages": len(pages)}
    except Refusal as refusal:
        head = {"refused": refusal.sentence}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(pages[:1]))
    sys.stdout.buffer.flush()


def bind() -> None:
    """Limits that the kernel keeps: memory, processor time, size of anything written, no core file."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.CHILD_MEMORY, limits.CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CHILD_CPU_SECONDS, limits.CHILD_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.CHILD_OUTPUT_BYTES, limits.CHILD_OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def typeset(job: dict[str, Any]) -> list[bytes]:
    """The file, or the pages where each is a picture. Raises Refusal that names a character without a glyph.

    What the data say reaches the template as data: markup in it prints as the characters that it is.
    """
    fonts = faces.book()
    sheet = {**job["sheet"], "faces": asdict(_roles(faces.of(fonts), job["sheet"], job["pictures"]))}
    compiler = typst.Compiler(
        input=str(TEMPLATES / f"{job['template']}.typ"),
        root=str(TEMPLATES),
        font_paths=fonts,
        sys_inputs={**job["pictures"], "sheet": json.dumps(sheet, ensure_ascii=False)},
    )
    try:
        made = compiler.compile(
            format=job["form"], ppi=job["ppi"], timestamp=job["at"], pdf_standards=STANDARDS.get(job["form"], [])
        )
    except typst.TypstError as error:
        raise Refusal(f"{FAILED}（{str(error)[:200]}）") from None
    return made if isinstance(made, list) else [made or b""]


def _roles(at_hand: faces.Faces, *said: Any) -> faces.Roles:
    texts = list(strings(said))
    chars = {char for text in texts for char in inked(text)}
    missing = at_hand.lacking(chars)
    if missing:
        raise Refusal(_sentence(missing, texts))
    return at_hand.roles(chars)


def _sentence(missing: list[str], texts: list[str]) -> str:
    """The characters by themselves, by number, and the words they stand in: who reads it must be able to find them."""
    named = "、".join(f"「{char}」(U+{ord(char):04X}，见「{_around(char, texts)}」)" for char in missing[:NAMED])
    more = f"等 {len(missing)} 个字" if len(missing) > NAMED else ""
    return f"本机字体里没有{named}{more}的字形，印出来会缺字；请安装含有它的字体，或改写后再印。"


def _around(char: str, texts: list[str]) -> str:
    text = next(text for text in texts if char in text)
    at = text.index(char)
    return text[max(0, at - AROUND) : at + AROUND + 1]


if __name__ == "__main__":
    main()
