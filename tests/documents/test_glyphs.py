"""Which characters a font has, by its own map: of Noto in full, and of fonts made here in both formats."""

from __future__ import annotations

import struct
from pathlib import Path

import pylopdf_fonts_zh_cn as shipped
import pytest

from shichen.documents import faces, glyphs

HARD = "塅洣槚梽姞尙舲郞"  # names of places around the city that many a font lacks


def font(*tables: bytes, collection: bool = False) -> bytes:
    """A font with nothing but a character map of some subtables; as a collection it stands behind another one."""
    start = 12 + 16 + (16 if collection else 0)
    places, blob = b"", b""
    for table in tables:
        places += struct.pack(">HHI", 3, 10, 4 + 8 * len(tables) + len(blob))
        blob += table
    cmap = struct.pack(">HH", 0, len(tables)) + places + blob
    face = struct.pack(">4sHHHH", b"OTTO", 1, 0, 0, 0) + struct.pack(">4sIII", b"cmap", 0, start, len(cmap))
    first = struct.pack(">4sHHI", b"ttcf", 1, 0, 1) + struct.pack(">I", 16) if collection else b""
    return first + face + cmap


def segments(*groups: tuple[int, int, int]) -> bytes:
    return struct.pack(">HHIII", 12, 0, 16 + 12 * len(groups), 0, len(groups)) + b"".join(
        struct.pack(">III", *group) for group in groups
    )


def basic(*rows: tuple[int, int, int]) -> bytes:
    """Format 4 with deltas only."""
    rows = (*rows, (0xFFFF, 0xFFFF, 1))
    count = len(rows)
    ends, starts, deltas = ([row[n] for row in rows] for n in (1, 0, 2))
    parts = [2 * count, 0, 0, 0, *ends, 0, *starts, *[delta % 0x10000 for delta in deltas], *[0] * count]
    return struct.pack(f">HHH{len(parts)}H", 4, 6 + 2 * len(parts), 0, *parts)


def has(tmp_path: Path, data: bytes, chars: str, index: int = 0) -> str:
    path = tmp_path / f"{abs(hash(data))}.otf"
    path.write_bytes(data)
    found = glyphs.of(path, index)
    return "".join(char for char in chars if found.has(char))


def test_the_fonts_of_the_house_have_the_hard_names_of_the_city() -> None:
    for path in (shipped.serif_path(), shipped.sans_path()):
        assert glyphs.of(path).lacking(set(HARD + "1234株洲，。《》“”—…～①")) == set()
        assert glyphs.of(path).lacking(set("甲\U0001f600\U00020bb7")) == {"\U0001f600", "\U00020bb7"}


def test_a_map_of_all_planes(tmp_path: Path) -> None:
    data = font(segments((0x41, 0x43, 5), (0x4E00, 0x4E00, 9), (0x1F600, 0x1F601, 11)))
    assert has(tmp_path, data, "@ABCD一丁\U0001f600\U0001f602") == "ABC一\U0001f600"


def test_the_box_for_a_missing_glyph_is_no_glyph(tmp_path: Path) -> None:
    assert has(tmp_path, font(segments((0x41, 0x42, 0))), "AB") == "B"


def test_a_map_of_the_first_plane_and_a_collection(tmp_path: Path) -> None:
    data = font(basic((0x41, 0x42, 1), (0x4E00, 0x4E01, -0x4E00)), collection=True)
    assert has(tmp_path, data, "AB一丁") == "AB丁"  # 一 leads to glyph 0


def test_the_map_of_all_planes_goes_first(tmp_path: Path) -> None:
    assert has(tmp_path, font(basic((0x41, 0x41, 1)), segments((0x42, 0x42, 1))), "AB") == "B"


@pytest.mark.parametrize("data", [b"", b"OTTO", b"ttcf" + b"\0" * 40, b"\xff" * 100, font()])
def test_a_file_that_is_no_such_font_has_nothing(tmp_path: Path, data: bytes) -> None:
    assert has(tmp_path, data, "A一") == ""


def face(path: Path, family: str, weight: int) -> faces.Face:
    return faces.Face(family, weight, path, 0)


def test_without_a_bold_face_the_roles_say_so(tmp_path: Path) -> None:
    own = (face(shipped.serif_path(), faces.SERIF, 400), face(shipped.sans_path(), faces.SANS, 400))
    roles = faces.Faces(own).roles("株洲")
    assert (roles.serif, roles.sans) == ([faces.SERIF], [faces.SANS])
    assert roles.serif_bold == roles.sans_bold == []


def test_a_bold_face_of_the_system_and_another_for_what_the_first_ones_lack(tmp_path: Path) -> None:
    path = tmp_path / "more.otf"
    path.write_bytes(font(segments((0x1F600, 0x1F600, 5))))
    own = (face(shipped.serif_path(), faces.SERIF, 400), face(shipped.sans_path(), faces.SANS, 400))
    more = (face(path, "Emoji", 400), face(path, "Noto Serif CJK SC", 700))
    at_hand = faces.Faces((*own, *more))
    assert at_hand.lacking("株\U0001f600\U00013000") == ["\U00013000"]
    roles = at_hand.roles("株\U0001f600")
    assert roles.serif == [faces.SERIF, "Emoji"]
    assert roles.serif_bold == ["Noto Serif CJK SC", faces.SERIF, "Emoji"]
    assert at_hand.roles("株").serif == [faces.SERIF]


def test_what_this_machine_lacks_is_named_in_order() -> None:
    assert faces.lacking(["董家塅街道", "甲\U0010e000乙", "\U0010e001", "\u202e"]) == ["\U0010e000", "\U0010e001"]
