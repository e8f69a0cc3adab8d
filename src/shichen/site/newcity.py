"""Writes the profile of a new city: a commented folder of data that its people then make their own."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from shichen.refusal import Refusal
from shichen.site import config
from shichen.site.home import Home

GROUPS = (
    ("leading-group", "疫情防控工作领导小组", "leading_group"),
    ("office", "领导小组办公室", "office"),
    ("supervision-group", "督导问责组", "group"),
    ("traffic-safety-group", "交通运输安全组", "group"),
    ("logistics-group", "后勤保障组", "group"),
    ("market-order-group", "市场秩序组", "group"),
    ("epidemic-control-group", "疫情防控组", "group"),
    ("medical-group", "医疗防疫组", "group"),
    ("publicity-group", "新闻宣传组", "group"),
    ("expert-group", "专家组", "group"),
    ("public-security-group", "社会治安组", "group"),
)
PLACES = ("code", "name", "level", "parent", "hierarchy", "aliases", "valid_from", "valid_until")
BODIES = ("body", "name", "aliases", "group", "column", "area", "kind", "valid_from", "valid_until", "basis")

PROFILE = """\
# 城市档案：{city}。只有数据，没有程序；改好后运行 shichen up，再改再运行即可，已有记录不受影响。
# City profile: data only. Edit it, then run `shichen up`; edit again and run again, records stay as they are.
# 地名在 gazetteer.csv，机构在 roster.csv，都可用 Excel 打开；代码定下后不要再改。
# Places stand in gazetteer.csv, bodies in roster.csv; a code, once used, stays.

profile = 1

[city]                          # 城市 the city
name = "{city}"
code = "{code}"                 # 区划代码(GB/T 2260)；没有就用任意短代码
# population = 3902738          # 常住人口，用于率的计算

[event]                         # 事件 the outbreak
code = "event-1"                # 短代码，定下后不改
name = "疫情"                   # 改成本次事件的名称
started_on = {today}            # 开始日期
# ended_on = 2020-04-27         # 结束日期；此后按留存期限销毁 the end: terms of keeping run from it

# 应急响应级别在日志里宣布(事项：响应级别)，板上显示那一条的关键词：一级响应、二级响应、三级响应、四级响应。
# The response level is announced in the log; the board shows that entry's key phrase.

# 病名随时间改变时逐条写 when the disease changes its name, one block each
# [[event.alias]]
# name = "新型冠状病毒感染的肺炎"
# from = 2020-01-20
# until = 2020-02-07

# 疫源地：来自该地的车辆、人员须登记。Source areas whose travellers must be registered.
# [[source_area]]
# code = "42"
# name = "湖北"
# plate = "鄂"
# from = 2020-01-23
# basis = "依据的文件"

# 卡口网络：由谁设、用什么量词。两个网络的数永不相加。Networks of checkpoints; never added together.
[[network]]
code = "traffic"
name = "疫情值守点"
run_by = "traffic-safety-group"
units = {{ vehicles = "台次", persons = "人次" }}
definition = "高速公路出入口、普通公路主要站点；逢车必检，逢人必测"

[[network]]
code = "police"
name = "查控卡点"
run_by = "public-security-group"
units = {{ vehicles = "辆", persons = "人" }}
definition = "公安机关查控的车辆与人员"

[overlap]                       # 同一道口两网并立时，先取谁的数 which network is counted where two share a gate
precedence = ["traffic", "police"]

[[series]]                      # 病例数的来源与先后 sources of case counts, best first
code = "official"
name = "卫生健康委通报"
rank = 1

[board]                         # 指挥板上的数字 figures on the board
tiles = ["cases.confirmed_new", "cases.discharged", "traffic.vehicles_checked", "traffic.persons_screened"]

# 各组自己的板 /?group=；不写的组取它应报的数。Boards of the groups; one that is not listed shows the figures it owes.
# [board.group]
# traffic-safety-group = ["traffic.vehicles_checked", "traffic.persons_screened"]

# 报送任务：谁、报什么、几点前。Who reports what by when.
[[obligation]]
code = "case-counts"
body = "epidemic-control-group"
what = "病例日报(截至24时)"
figures = ["cases.confirmed_new", "cases.discharged"]
every = "civil_day"
due_day = 1
due = "10:00"
channel = "form"

[grid]                          # 方格图位置 [列, 行] tile cartogram: "区划代码" = [1, 1]

[names_en]                      # 区域的英文名 names in English: "区划代码" = "Hetang"
"""


def write(home: Home, *, city: str, code: str, today: str) -> list[Path]:
    """The files of the profile and the settings. Raises Refusal when a profile is there already: nothing is overwritten."""
    city, code = city.strip(), code.strip() or "city"
    if not city or any(mark in city for mark in '"\\\n'):
        raise Refusal("城市名不能为空，也不能含引号、反斜杠或换行。", field="city")
    if not re.fullmatch(r"[0-9A-Za-z-]{1,40}", code):
        raise Refusal("区划代码只用数字、字母和连字符。", field="code")
    profile = home.profile / "profile.toml"
    if profile.exists():
        raise Refusal(f"{profile} 已存在，未作改动；要重写请先移走它。")
    places = [(code, city, "city", "", "code", city.removesuffix("市") if len(city) > 2 else "", "", "")]
    bodies = [(slug, name, "", "", "指挥调度", code, kind, "", "", "") for slug, name, kind in GROUPS]
    files = {
        profile: PROFILE.format(city=city, code=code, today=today),
        home.profile / "gazetteer.csv": _csv(PLACES, places),
        home.profile / "roster.csv": _csv(BODIES, bodies),
    }
    if not home.settings.exists():
        files[home.settings] = config.template()
    for path, text in files.items():
        path.write_text(text, encoding="utf-8-sig" if path.suffix == ".csv" else "utf-8")
        path.chmod(0o600)
    return list(files)


def _csv(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([head, *rows])
    return out.getvalue()
