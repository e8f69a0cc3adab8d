"""The country's provinces, prefectures and counties: a place by its name within a province, however short the name is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from shichen.prose.tables import FOLDER, Place, Tables, gazetteer

_ENDINGS = ("自治州", "自治县", "自治旗", "地区", "林区", "新区", "州", "盟", "县", "区", "市", "旗")
_SHORTEST = 2


class Nation:
    """Every place down to the county by province; the reader itself knows only those its tables name."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.provinces: dict[str, Place] = {}
        self._inside: dict[str, list[Place]] = {}
        for place in places:
            if place.level == "province":
                self.provinces |= dict.fromkeys(place.names, place)
            elif place.level in ("prefecture", "county"):
                self._inside.setdefault(place.code[:2], []).append(place)

    def province(self, name: str) -> Place | None:
        """The province of that name, long or short."""
        return self.provinces.get(name)

    def inside(self, province: Place, name: str) -> Place | None:
        """The place of a province that a name means: by its whole name, else the only one the name is short for.

        Prefectures come before counties: 吉林 within 吉林省 is the prefecture.
        """
        found = self._inside.get(province.code[:2], [])
        for level in ("prefecture", "county"):
            same = [place for place in found if place.level == level]
            meant = [place for place in same if name in place.names] or [
                place for place in same if _short_for(name, place.name)
            ]
            if len(meant) == 1:
                return meant[0]
        return None


def _short_for(name: str, full: str) -> bool:
    """恩施州 is short for 恩施土家族苗族自治州, 宿松 for 宿松县; 河西 is not short for 河西务镇."""
    ending = next((one for one in _ENDINGS if name.endswith(one) and len(name) - len(one) >= _SHORTEST), "")
    stem = name.removesuffix(ending)
    if len(stem) < _SHORTEST or not full.startswith(stem):
        return False
    rest = full[len(stem) :]
    return rest.endswith(ending[-1]) if ending else rest in _ENDINGS or rest.endswith("自治州")


@cache
def nation() -> Nation:
    """The places of the tables that the package brings."""
    listed = Tables.default().gazetteer
    return Nation([*listed, *gazetteer(FOLDER / "counties.csv")])
