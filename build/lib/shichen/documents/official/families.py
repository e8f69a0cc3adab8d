"""The families that set official documents (公文), by face, the first that a machine has; none of them comes with the house."""

from __future__ import annotations

from collections.abc import Collection

FANGSONG = ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FandolFang R", "FandolFang")
KAI = ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "LXGW WenKai GB", "LXGW WenKai", "FandolKai")
TITLES = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK")
FACES = (("仿宋", FANGSONG), ("楷体", KAI), ("小标宋", TITLES))


def standing(there: Collection[str]) -> dict[str, str]:
    """By face the family that sets it on a machine with these families; empty where the serif of the house stands in."""
    return {face: next((family for family in families if family in there), "") for face, families in FACES}
