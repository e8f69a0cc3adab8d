"""The part of the walk in English that changes the reader's tables: what may not stand in them, a file, a near name."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

WRONG = (
    ("measure", {"word": "", "dimension": "x"}),
    ("measure", {"word": "趟 回", "dimension": "count"}),
    ("measure", {"word": "趟" * 30, "dimension": "count"}),
    ("measure", {"word": "趟回", "dimension": "count", "factor": "许多"}),
    ("measure", {"word": "趟回", "dimension": "count", "factor": "2"}),
    ("measure", {"word": "趟回", "dimension": "count", "items": "口罩"}),
    ("catalogue", {"id": "no.such", "measures": "台", "all_of": "查看"}),
    ("catalogue", {"id": "traffic.posts", "row": "x", "measures": "台", "all_of": "查看"}),
    ("catalogue", {"id": "traffic.posts", "row": "2", "measures": "没有", "all_of": "查看"}),
    ("catalogue", {"id": "traffic.posts", "row": "2", "measures": "台", "all_of": "查看", "noun": "小车"}),
    ("catalogue", {"id": "traffic.posts", "row": "1", "measures": "台", "all_of": "查看", "noun": "小车"}),
    ("place", {"code": "某地", "name": "某镇", "level": "street"}),
    ("alias", {"code": "430212", "name": "洞口区", "valid_from": "2020年"}),
    ("alias", {"code": "430212", "name": "洞口区", "valid_from": "2020-02-02", "valid_until": "2020-02-01"}),
    ("body", {"body": "x", "name": "某局", "group": "nobody"}),
    ("verb", {"word": "查"}),
    ("verb", {"word": "检查"}),
    ("idiom", {"word": "12"}),
    ("goods", {"item": "护目镜", "measures": "个"}),
)
FILE = "物品,论的量词,在用\n面屏,个、副,\n护目镜,个,\n护目罩,没有这个,\n面屏,个,\n"
NEAR = "洞口区检查过往车辆31台次。"


def changing(walk: Any) -> None:
    """Every sentence that a wrong row is refused with, a row that is changed, taken out and laid back, a table of a file."""
    for table, given in WRONG:
        walk.send(f"/bulletins/tables/{table}/put/", act="put", reason="试", **given)
    row = {"item": "面屏", "measures": "个、副"}
    walk.send("/bulletins/tables/goods/put/", act="try", **row)
    walk.send("/bulletins/tables/goods/put/", act="put", **row, reason="新到的物品")
    walk.send(
        "/bulletins/tables/goods/put/", act="put", key="面屏", item="面屏", measures="个", reason="只论个", seen="0"
    )
    for act in ("out", "out", "back"):
        page = walk.client.get("/bulletins/tables/goods/row/", {"key": "面屏"}).content.decode()
        seen = re.search(r'name="seen" value="(\d+)"', page)
        walk.send("/bulletins/tables/goods/put/", act=act, key="面屏", why="试", seen=seen[1] if seen else "0")
    walk.send("/bulletins/tables/goods/put/", act="", key="面屏")
    walk.send("/bulletins/tables/measure/put/", act="out", key="台次", why="试")
    _file(walk)
    _near(walk)
    walk.everywhere(
        ("/bulletins/tables/", "/bulletins/tables/goods/?source=own", "/bulletins/tables/goods/row/?key=面屏")
    )
    walk.send("/bulletins/tables/reread/")


def _file(walk: Any) -> None:
    address = "/bulletins/tables/goods/import/"
    walk.send(address)
    walk.send(address, file=SimpleUploadedFile("x.csv", b"\n\n"))
    tried = walk.send(address, file=SimpleUploadedFile("物品.csv", FILE.encode()))
    number = re.search(r'name="upload" value="([^"]+)"', tried.content.decode())
    assert number is not None
    for reason in ("", "整理"):
        walk.send(address, upload=number[1], act="take", reason=reason)


def _near(walk: Any) -> None:
    """A name that is in no list becomes another name of the place that was asked about."""
    sent = walk.send("/bulletins/new/", number=str(uuid.uuid4()), text=NEAR, covers="2020-02-02", unit="")
    address = sent.redirect_chain[-1][0]
    for given in ({"near": "天元区"}, {"near": "渌口区"}, {"near": "渌口区", "reason": "笔误"}):
        walk.send(f"{address}alias/", name="洞口区", **given)
