"""One document of each form, in our own words, and what becomes of it in type."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shichen.documents import child
from shichen.documents.official.checking import Finding, check_pdf
from shichen.documents.official.paper import (
    Attachment,
    Attendance,
    Classing,
    Closing,
    Imprint,
    Kind,
    Number,
    OfficialPaper,
)
from shichen.documents.official.pdf import official_job
from shichen.documents.official.reading import body
from shichen.documents.typesetting import TEMPLATES, as_asked

DAY = date(2020, 2, 2)
OFFICE = "株洲市疫情防控指挥部办公室"
TEXT = """各县市区每天报送的数字是全市调度的依据，现就报数有关事项通知如下：
一、报什么
（一）新增和累计都要报。各县市区分别填写当天新增和截至当天24时的累计，不用一个数代替另一个数。
（二）没有发生也要报。当天没有新增的填0；董家塅街道、洣水镇另填一行。
1.确诊病例按报告日期统计，不按发病日期统计（跨天补报的写明原来的日期）。
（1）补报的当天报，不攒到第二天。
"""
TABLE = "|时段|截止|\n|---|---|\n|早报|7时30分|\n|晚报|23时|"


def notice(text: str = TEXT, **more: Any) -> OfficialPaper:
    given: dict[str, Any] = {
        "title": "关于规范每日报数工作的通知",
        "addressees": "各县市区人民政府，市直各有关单位",
        "imprint": Imprint("市委办公室，市政协办公室", OFFICE, DAY),
    }
    given |= {"issuer": OFFICE, "number": Number(12, "株防办发", 2020)}
    return OfficialPaper(Kind.NOTICE, body=body(text), dated=DAY, **given | more)


def order(**more: Any) -> OfficialPaper:
    text = "为守住入城通道，现命令如下：\n一、进城车辆一律在卡口登记。\n二、本令自2020年2月3日0时起施行。"
    given: dict[str, Any] = {"closing": Closing.SIGNED, "signer": ("指挥长", "某某某")}
    return OfficialPaper(Kind.ORDER, "株洲市疫情防控指挥部", Number(3), body(text), DAY, **given | more)


def letter(**more: Any) -> OfficialPaper:
    text = "为使两市卡口的登记互认，商请凡持有当日凭证的货车，由贵市核对后即放行。\n妥否，请函复。"
    given: dict[str, Any] = {"title": "关于商请卡口互认登记的函", "addressees": "邻市指挥部"}
    return OfficialPaper(Kind.LETTER, OFFICE, Number(7, "株防函", 2020), body(text), DAY, **given | more)


def minutes(**more: Any) -> OfficialPaper:
    there = (Attendance("出席", "医疗救治组、交通运输安全组、社会治安组、宣传报道组、物资保障组和市场供应组的负责人"),)
    given: dict[str, Any] = {"closing": Closing.NONE, "attendance": there, "imprint": Imprint("各组", OFFICE, DAY)}
    text = "2月2日上午，指挥长主持调度会，议定以下事项。\n一、口罩。每日按需分配，优先保证一线。"
    return OfficialPaper(Kind.MINUTES, "株洲市疫情防控指挥部会议", Number(5), body(text), DAY, **given | more)


def full() -> OfficialPaper:
    attachments = (
        Attachment("每日报数表", body(f"本表逐日填写。\n{TABLE}")),
        Attachment("报数联系人名单及值班电话、传真、电子邮箱和备用联系方式一览表", body("名单另发。")),
    )
    classing = Classing("000001", "秘密★1年", "特急")
    return notice(f"{TEXT}{TABLE}", attachments=attachments, remark="联系人：值班室", classing=classing)


def pdf_of(paper: OfficialPaper) -> bytes:
    """The PDF, set in this process: the child is tested elsewhere."""
    (made,) = child.typeset(json.loads(as_asked(official_job(paper))))
    return made


def faults(paper: OfficialPaper, pdf: bytes | None = None) -> list[Finding]:
    return [one for one in check_pdf(paper, pdf or pdf_of(paper)) if not one.holds]


def broken(monkeypatch: pytest.MonkeyPatch, folder: Path, was: str, now: str) -> None:
    """Templates with one measure changed."""
    copy = folder / "templates"
    shutil.copytree(TEMPLATES, copy)
    files = [path for path in copy.glob("official*.typ") if was in path.read_text("utf-8")]
    assert files
    for path in files:
        path.write_text(path.read_text("utf-8").replace(was, now), "utf-8")
    monkeypatch.setattr(child, "TEMPLATES", copy)
