"""The child process that sets type: a job on standard input, one line of JSON and then the file on standard output.

Run as `python -m shichen.documents.child`. The line is {"set": pages} or {"refused": sentence}. The typesetter and its fonts
take some 150 MB; they are given back with the process.
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
from shichen.documents.typesetting import TEMPLATES
from shichen.documents.walk import strings
from shichen.refusal import Refusal

NAMED = 5
AROUND = 8


def main() -> None:
    """Bind this process, set, answer."""
    bind()
    try:
        pages = typeset(json.loads(sys.stdin.buffer.read()))
        head = {"set": len(pages)}
    except Refusal as refusal:
        pages, head = [], {"refused": refusal.sentence}  # type: ignore[dict-item]
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
    sheet = {**job["sheet"], "faces": asdict(_roles(faces.of(fonts), job["sheet"]))}
    compiler = typst.Compiler(
        input=str(TEMPLATES / f"{job['template']}.typ"),
        root=str(TEMPLATES),
        font_paths=fonts,
        sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)},
    )
    made = compiler.compile(format=job["form"], ppi=job["ppi"], timestamp=job["at"])
    return made if isinstance(made, list) else [made or b""]


def _roles(at_hand: faces.Faces, sheet: dict[str, Any]) -> faces.Roles:
    chars = {char for text in strings(sheet) for char in inked(text)}
    missing = at_hand.lacking(chars)
    if missing:
        raise Refusal(_sentence(missing, sheet))
    return at_hand.roles(chars)


def _sentence(missing: list[str], sheet: dict[str, Any]) -> str:
    """The characters by themselves, by number, and the words they stand in: who reads it must be able to find them."""
    named = "、".join(f"「{char}」(U+{ord(char):04X}，见「{_around(char, sheet)}」)" for char in missing[:NAMED])
    more = f"等 {len(missing)} 个字" if len(missing) > NAMED else ""
    return f"本机字体里没有{named}{more}的字形，印出来会缺字；请安装含有它的字体，或改写后再印。"


def _around(char: str, sheet: dict[str, Any]) -> str:
    text = next(text for text in strings(sheet) if char in text)
    at = text.index(char)
    return text[max(0, at - AROUND) : at + AROUND + 1]


if __name__ == "__main__":
    main()
