"""Loads as careless and hostile senders send them: bytes, and what must become of them, in one list for every door."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field

from tests.records.bulk.conftest import HEAD, IDS, row

GOOD = row()
SECOND = row("2020-02-02 08:01:00", who=IDS[1], plate="湘B23456")


@dataclass(frozen=True)
class Bad:
    """A file, and of how many records it must be said that they were taken, were there already, or are refused for what.

    With `held` nothing is taken and the sentence says so; `lines` are the lines of the file that the refused records stand on.
    """

    name: str
    data: bytes
    taken: int = 0
    duplicate: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    lines: tuple[int, ...] = ()
    held: str = ""
    declared: int | None = None


def text(*rows: str, head: str = HEAD, encoding: str = "utf-8") -> bytes:
    return "\n".join([head, *rows, ""]).encode(encoding)


def zipped(name: str, size: int) -> bytes:
    """A bomb: a few kilobytes that would unpack to `size` bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made, made.open(name, "w") as inside:
        for _ in range(size >> 20):
            inside.write(b"0" * (1 << 20))
    return out.getvalue()


def plates() -> tuple[str, ...]:
    """Plates of every kind: all are taken."""
    return (
        "湘B12345", "湘BD12345", "湘BF12345", "湘B12345D", "湘B1234挂", "湘B1234学", "湘B1234警", "WJ湘0123X",
        "WJ12345", "VA12345", "使014578", "014578使", "沪A0023领", "粤Z1234港", "粤Z1234澳", "湘B·12345", "湘b12345",
        "湘Ｂ１２３４５", "WB123C", "外ABC1234", "湘B1234临", "湘A1234试", "湘O0001", "民航A1234",
    )  # fmt: skip


def documents() -> tuple[str, ...]:
    """Documents of every kind: all are taken. The numbers are made up; those of residents have a right last figure."""
    return (
        IDS[0], IDS[0].lower(), "110105491231002", "E12345678", "EA1234567", "G12345678", "C1234567890", "H12345678",
        "M12345678", "12345678", "0123456789", "(军)字第0012345号", "军字第1234567号", "Z683365(5)", "1/123456/7",
        "AB1234567890123", "ABC123456789012345",
    )  # fmt: skip


def every_plate() -> bytes:
    return text(
        *(row(f"2020-02-02 09:{n:02}:00", plate=one, who="", rest="入,放行,,") for n, one in enumerate(plates()))
    )


def every_document() -> bytes:
    return text(*(row(f"2020-02-02 10:{n:02}:00", plate="", who=one) for n, one in enumerate(documents())))


CORPUS = (
    Bad("空的", b"", held="文件是空的"),
    Bad("只有空白", b" \r\n\n  ", held="文件是空的"),
    Bad("只有标记", b"\xef\xbb\xbf", held="文件是空的"),
    Bad("只有表头", (HEAD + "\n").encode(), held="只有表头"),
    Bad("只有表头没有换行", HEAD.encode(), held="只有表头"),
    Bad("没有表头", (GOOD + "\n").encode(), held="找不到这些列"),
    Bad("列不对", text("1,2,3", head="甲,乙,丙"), held="找不到这些列：时间、卡点"),
    Bad("没有谁", text("2020-02-02 08:00:00,T01", head="时间,卡点"), held="既没有车牌，也没有证件号码"),
    Bad("时间两列", text(GOOD + ",2019", head=HEAD + ",时间"), taken=1),
    Bad("多一列少一列", text(GOOD, GOOD + ",多", "2020-02-02 08:00:00,T01"), taken=1, reasons={"columns": 2}, lines=(3, 4)),
    Bad("一百万列的表头", (",".join(["时间", "卡点", "车牌"] + ["x"] * 999_997) + "\n").encode(), held="不像一张表"),
    Bad("一百万列的一行", text(GOOD, "," * 999_999, SECOND), taken=2, reasons={"columns": 1}, lines=(3,)),
    Bad("一百万格有字的一行", text(GOOD, ",".join(["1"] * 1_000_000), SECOND), taken=2, reasons={"columns": 1}, lines=(3,)),
    Bad("行行多出四百格", text(*[GOOD + ",1" * 400] * 3_000, SECOND), taken=1, reasons={"columns": 3_000},
        lines=tuple(range(2, 3_002))),
    Bad("很长的一格", text(GOOD, GOOD.replace("T01", "字" * 300_000), SECOND), taken=2, reasons={"columns": 1}, lines=(3,)),
    Bad("压缩炸弹冒充CSV", zipped("a.csv", 512 << 20), held="ZIP 压缩包或 Excel"),
    Bad("表格炸弹", zipped("xl/worksheets/sheet1.xml", 512 << 20), held="ZIP 压缩包或 Excel"),
    Bad("UTF-16", text(GOOD, encoding="utf-16"), held="UTF-16"),
    Bad("没有标记的UTF-16", text(GOOD, encoding="utf-16-le"), held="UTF-16"),
    Bad("没有标记的UTF-16大端", text(GOOD, encoding="utf-16-be"), held="UTF-16"),
    Bad("带标记", b"\xef\xbb\xbf" + text(GOOD, SECOND), taken=2),
    Bad("GB18030", text(GOOD, SECOND, encoding="gb18030"), taken=2),
    Bad("一份里两种编码", text(GOOD, SECOND) + (SECOND.replace("B2", "B3") + "\n").encode("gb18030"),
        taken=2, reasons={"encoding": 1}, lines=(4,)),
    Bad("一份里两种编码，国标为主", text(GOOD, SECOND, encoding="gb18030") + (SECOND.replace("B2", "B3") + "\n").encode(),
        taken=2, reasons={"encoding": 1}, lines=(4,)),
    Bad("既不是又不是", text(GOOD) + b"2020-02-02 08:00:00,T01,\xff\xfe\xfd,,,,,\n", taken=1,
        reasons={"encoding": 1}, lines=(3,)),
    Bad("零字节在格里", text(GOOD, GOOD.replace("湘B12345", "湘B\0002345"), SECOND), taken=2,
        reasons={"plate_form": 1}, lines=(3,)),
    Bad("零字节一行", text(GOOD) + b"\0\0\0\0\n" + (SECOND + "\n").encode(), taken=2, reasons={"columns": 1}, lines=(3,)),
    Bad("全是零字节", b"\0" * 100_000, held="这不是文字文件"),
    Bad("二进制", bytes(range(256)) * 400, held="这不是文字文件"),
    Bad("引号没有关", text(GOOD, '2020-02-02 08:00:00,T01,"湘B12345,,,,,', SECOND), taken=2,
        reasons={"columns": 1}, lines=(3,)),
    Bad("表头的引号没有关", text(GOOD, head='"' + HEAD), held="找不到这些列"),
    Bad("引号里的换行", text(GOOD, '2020-02-02 08:03:00,T01,"湘B\n99999",,入,放行,,', "坏"), taken=2,
        reasons={"columns": 1}, lines=(5,)),
    Bad("空行夹在中间", b"\n\n".join([HEAD.encode(), GOOD.encode(), b"\n\xe5\x9d\x8f", SECOND.encode(), b"2"]), taken=2,
        reasons={"columns": 2}, lines=(6, 10)),
    Bad("空行、回车换行、引号里的换行", "\r\n".join([HEAD, "", GOOD, "", '2020-02-02 08:03:00,T01,"湘B\n99999",,入,放行,,', "坏", ""]).encode(),
        taken=2, reasons={"columns": 1}, lines=(7,)),
    Bad("空行和没有关的引号", text("", GOOD, "", '2020-02-02 08:00:00,T01,"湘B12345,,,,,', "", SECOND, "坏"), taken=2,
        reasons={"columns": 2}, lines=(5, 8)),
    Bad("回车换行", text(GOOD, SECOND).replace(b"\n", b"\r\n"), taken=2),
    Bad("只有回车", text(GOOD, SECOND).replace(b"\n", b"\r"), taken=2),
    Bad("表钟走快走慢", text(
        GOOD, row("2020-02-10 12:04:00", who=IDS[1]), row("2020-02-10 12:06:00", who=IDS[2]), row("2035-01-01 00:00:00"),
        row("1970-01-01 08:00:00"), row("0001-01-01 00:00:00"), row("9999-12-31 23:59:59"), row("-4713-01-01 00:00:00"),
        row("99999-01-01 00:00:00"), row("2020-02-30 08:00:00"), row("2020-02-02"), row("08:00:00"), row("43863.33"),
        row("9999999999"), row("99999999999999999999"), row("infinity"), row("-infinity"), row("epoch"),
    ), taken=2, reasons={"time_range": 8, "time_unreadable": 8}, lines=tuple(range(4, 20))),
    Bad("同一批里重复", text(GOOD, GOOD, SECOND, GOOD), taken=2, duplicate=2),
    Bad("少传了", text(GOOD, SECOND), declared=3, held="申报 3 行，读到 2 行"),
    Bad("断在一条当中", text(GOOD, SECOND)[:-40], declared=2, taken=1, reasons={"columns": 1}, lines=(3,)),
    Bad("断在一条当中，没有申报", text(GOOD, SECOND)[:-40], taken=1, reasons={"columns": 1}, lines=(3,)),
    Bad("断在一个字当中", text(GOOD, SECOND)[:-20], declared=3, held="申报 3 行"),
    Bad("每种车牌", every_plate(), taken=len(plates())),
    Bad("每种证件", every_document(), taken=len(documents()), ),
    Bad("不是车牌不是证件", text(
        row(plate="<script>"), row(plate="1"), row(plate="湘" * 30), row(who="1" * 18), row(who="110105194902310021"),
        row(who=IDS[0][:-1] + "0"), row(who="'; DROP TABLE x--"), row(who="=1+1"),
        row(plate="", who="110105490231002"),
    ), reasons={"plate_form": 3, "id_checksum": 4, "id_form": 2}, lines=tuple(range(2, 11))),
    Bad("谁也没有", text(row(plate="", who="")), taken=1),
    Bad("体温来源地人数乱写", text(
        row(rest="入,放行,365,"), row(rest="入,放行,三十六,"), row(rest="入,放行,nan,"), row(rest="入,放行,1e400,"),
        row(rest="入,放行,36.5,火星"), row(rest="入,放行,36.5,-420000"), row(rest="入,飞走,36.5,"), row(where="T99"),
        row(rest="入,放行,inf,"), row(rest="上下,放行,36.5,420000"), row(rest="不详,放行,36.5,420000"),
    ), taken=1, reasons={"temperature_range": 1, "temperature_unreadable": 4, "region_unreadable": 2, "outcome_unknown": 1,
                         "checkpoint_unknown": 1, "direction_unknown": 1}, lines=tuple(range(2, 12))),
    Bad("JSON里什么都有", b"\n".join([
        b'{"time": "2020-02-02 08:00:00", "post": "T01", "plate": "\xe6\xb9\x98B12345"}',
        b"[1, 2]", b"null", b'{"time": 1, "post": {"a": 1}, "plate": [1]}', b"{" * 500, b'{"time": "2020', b'""', b"",
        b'{"a": 1}', b'{"time": "2020-02-02 08:00:00", "post": "T01", "plate": "\\u0000\\ud800"}',
    ]), taken=1, reasons={"columns": 6, "checkpoint_unknown": 2, "time_unreadable": 2, "plate_form": 1},
        lines=(*range(2, 8), 9, 10)),
)  # fmt: skip
