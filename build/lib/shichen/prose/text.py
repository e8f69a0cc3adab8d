"""Text as it arrived and as the rules see it: decoding, limits, and the map from clean characters back to raw offsets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shichen.refusal import Refusal

MAX_BYTES = 1_000_000
MAX_CHARACTERS = 200_000
MAX_PARAGRAPH = 20_000
MAX_SENTENCE = 2_000
MAX_FIGURES = 200

HALF = str.maketrans("０１２３４５６７８９，：；（）！？．％～／＋－", "0123456789,:;()!?.%~/+-")
_DROPPED = frozenset("\r\n\u3000\u00a0\u200b\ufeff")
_BLANKS = frozenset(" \t")
_BOLD = "**"
_MARKS = _DROPPED | _BLANKS | {"*"}


def decode(data: bytes) -> str:
    """A bulletin arrives as strict UTF-8 (a byte-order mark is allowed) or strict GB18030; newlines are kept.

    Anything else is refused with the offset of the first byte that is neither.
    """
    return sound(characters(data))


def characters(data: bytes, most: int = MAX_BYTES) -> str:
    """The characters of a file in one of the two encodings, whatever they are. Raises Refusal."""
    if len(data) > most:
        raise Refusal(f"来稿太大：{len(data)}字节，上限{most}字节。", rule="来稿上限", field="file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        offset = broken.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
    if b"\x00" in data:
        raise Refusal(f"第{data.index(0)}个字节是空字符，这不是文本文件。", rule="来稿编码", field="file")
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as broken:
        offset = max(offset, broken.start)
    raise Refusal(f"无法识别编码：第{offset}个字节既不是UTF-8也不是GB18030。", rule="来稿编码", field="file")


def sound(text: str) -> str:
    """A bulletin holds no NUL and no half character (孤立代理项), and no more than the room can read."""
    if len(text) > MAX_CHARACTERS:
        raise Refusal(f"来稿太长：{len(text)}字，上限{MAX_CHARACTERS}字，请分开报送。", rule="来稿上限", field="text")
    if "\x00" in text:
        raise Refusal(f"第{text.index(chr(0))}个字符是空字符，请删去后再报。", rule="来稿编码", field="text")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as broken:
        raise Refusal(
            f"第{broken.start}个字符不完整（孤立代理项），请重新录入。", rule="来稿编码", field="text"
        ) from None
    return text


@dataclass(frozen=True, slots=True)
class Clean:
    """A stretch of raw text without marks that carry no words.

    `text` is what the rules read (half-width digits and marks), `shown` the same characters as printed, `offsets` the
    raw offset of each; nothing is inserted and nothing changes place.
    """

    text: str
    shown: str
    offsets: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of the clean characters from `start` to `end`, end exclusive and not empty."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def __add__(self, other: Clean) -> Clean:
        return Clean(self.text + other.text, self.shown + other.shown, [*self.offsets, *other.offsets])


def clean(raw: str, start: int = 0, end: int | None = None) -> Clean:
    """The clean reading of `raw[start:end]`."""
    stop = len(raw) if end is None else end
    shown = raw[start:stop]
    offsets: Sequence[int] = range(start, stop)
    if not _MARKS.isdisjoint(shown):
        offsets = _kept(raw, start, stop)
        shown = "".join([raw[index] for index in offsets])
    return Clean(shown.translate(HALF), shown, offsets)


def _kept(raw: str, start: int, stop: int) -> list[int]:
    kept: list[int] = []
    at = start
    for piece in raw[start:stop].split(_BOLD):
        kept += [
            index
            for index, character in enumerate(piece, at)
            if character not in _MARKS or _stays(character, raw, index, start, stop)
        ]
        at += len(piece) + len(_BOLD)
    return kept


def _stays(mark: str, raw: str, index: int, start: int, stop: int) -> bool:
    """A blank between a digit and a Chinese character is typesetting (34 岁), not a gap between words."""
    if mark not in _BLANKS:
        return mark not in _DROPPED
    before = raw[index - 1] if index > start else " "
    after = raw[index + 1] if index + 1 < stop else " "
    return not ((before.isdigit() and _wide(after)) or (_wide(before) and after.isdigit()))


def _wide(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
