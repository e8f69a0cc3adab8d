"""The measure words of figures (量词) and what stands for each on English pages."""

from __future__ import annotations

# Chinese counts 张 of beds and 台 of buses; English names the thing alone, as the figure's own name does already.
_NAMELESS = "个件份副区双只台地处套家座张批支条类组起部门项"

ENGLISH = dict.fromkeys(_NAMELESS, "") | {
    "%": "%",
    "人": "persons",
    "人次": "person-times",
    "位": "persons",
    "例": "cases",
    "元": "yuan",
    "元/公斤": "yuan/kg",
    "元/升": "yuan/l",
    "公斤": "kg",
    "分钟": "minutes",
    "升": "l",
    "口": "persons",
    "台次": "vehicle-times",
    "名": "persons",
    "吨": "t",
    "天": "days",
    "家次": "visits",
    "小时": "hours",
    "岁": "years of age",
    "平方公里": "km²",
    "户": "households",
    "次": "times",
    "桶": "barrels",
    "瓶": "bottles",
    "行": "lines",
    "车次": "vehicle trips",
    "辆": "vehicles",
}
