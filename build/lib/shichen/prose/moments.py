"""Words for times: dates, clocks, ranges and lunar days, found so that their numerals are not read as counts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import re2

_YEAR = "(?:(?:19|20)[0-9]{2}|[一二][〇零九一二三四五六七八]{3})年度?"
_MONTH = "(?:1[0-2]|0?[1-9])月份?"
_DAY = "(?:[12][0-9]|3[01]|0?[1-9])[日号]"
_CHINESE_DAY = "[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}[日号]"
_LUNAR = (
    "(?:农历|闰)*(?:[正腊冬]月|[二三四五六七八九十]月)(?:初[一二三四五六七八九十]|十[一二三四五六七八九]|二十[一二三四五六七八九]?|廿[一二三四五六七八九]?|三十|十五)"
    "|[正腊冬]月|大年(?:初[一二三四五六七八九]|三十)|(?:正月|大年)?初[一二三四五六七八九十]"
)
_ISO = "(?:19|20)[0-9]{2}[-/.](?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12][0-9]|0?[1-9])"
_PART = "(?:凌晨|清晨|早上|早晨|早|上午|中午|午后|下午|傍晚|晚上|晚间|晚|夜间|深夜|夜里|夜)"
_CLOCK = "(?:(?:2[0-4]|1[0-9]|0?[0-9])(?:[时点](?:[0-5]?[0-9]分|整|半|许)?|:[0-5][0-9](?::[0-5][0-9])?)|零[时点])"
_DATE = f"(?:{_ISO}|{_YEAR}(?:{_MONTH}(?:{_DAY})?)?|{_MONTH}(?:{_DAY})?|{_DAY}|{_CHINESE_DAY}|{_LUNAR}|{_YEAR}?{_CHINESE_DAY})"
_HOUR = f"(?:{_PART}?{_CLOCK})"
_MOMENT = f"(?:{_DATE} ?(?:{_PART})?(?:{_CLOCK})?|{_HOUR})"
_TO = "(?:起至|起到|至|到|—{1,2}|-{1,2}|–|−|~|～|、|和)"
_BARE = "(?:[0-2]?[0-9]|3[01])"
_AFTER = "(?:起|止|始|开始|以来|以后|之后|之前|以前|至今|底|末|初|左右|许)?"
PATTERN = (
    f"(?:{_MONTH}{_BARE}|{_BARE}(?::[0-5][0-9])?){_TO}{_MOMENT}(?:{_TO}{_MOMENT})*{_AFTER}"
    f"|{_MOMENT}(?:{_TO}{_MOMENT})*{_AFTER}"
    "|[0-9一二两]{1,4}世纪|[0-9]{2,4}年代|[0-9]{2}后|[1-4一二三四]季度|(?:周|星期|礼拜)[一二三四五六日天]"
)
_FOUND = re2.compile(PATTERN)


def moments(text: str) -> Iterator[tuple[int, int, str]]:
    """Each time in the text with its class: date, datetime, date_range, date_from, time or lunar_date."""
    for match in _FOUND.finditer(text):
        start, end = match.span()
        if start and (text[start - 1].isdigit() or (text[start - 1] in ".第" and text[start].isdigit())):
            continue
        if text[end - 1] == "点" and text.startswith(("建议", "要求", "意见", "措施"), end):
            continue
        yield start, end, kind(match.group())


@lru_cache(maxsize=256)
def kind(words: str) -> str:
    """Which sort of time the words give."""
    day = any(mark in words for mark in "年月日号初")
    hour = any(mark in words for mark in "时点:") or any(part in words for part in ("凌晨", "上午", "下午"))
    if any(mark in words for mark in ("至", "到", "—", "-", "~", "–")):
        return "date_range"
    if words.endswith(("起", "始", "以来", "至今")):
        return "date_from" if day else "time_from"
    if any(mark in words for mark in ("正月", "腊月", "冬月", "初", "廿", "大年")):
        return "lunar_date"
    if day:
        return "datetime" if hour else "date"
    return "time"
