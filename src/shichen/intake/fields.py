"""Fields that reports of several nouns have in common, each said once: where, from whom it is known, whether it is made up."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from shichen.sheets.fields import Field

AREA = Field("area", _("区域"), "area", aliases=("县市区", "所在区域"))
SOURCE = Field("source", _("来源"), "text", required=True, maximum=200, aliases=("依据", "出处"))
SYNTHETIC = Field("synthetic", _("合成数据"), "boolean", aliases=("合成",))
