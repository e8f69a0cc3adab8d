"""The report of open beds, for every door alike."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from shichen.intake.fields import AREA, SOURCE, SYNTHETIC
from shichen.intake.kinds import Kind, declare
from shichen.registers.hospitals import services
from shichen.registers.hospitals.models import CLASSES
from shichen.sheets.fields import Field

CAPACITY = declare(
    Kind(
        name="bed_capacity",
        title="开放床位",
        title_en="Open beds",
        register="beds",
        hint=_("从哪天起某处某类床位开放多少张；以后变了再报一行，撤了报 0。储备床不算开放。"),
        fields=(
            Field("place", _("地点"), "text", required=True, maximum=80, aliases=("医院", "机构")),
            Field("kind", _("床位类别"), "choice", required=True, choices=CLASSES, aliases=("类别",)),
            Field(
                "beds",
                _("开放床位"),
                "integer",
                required=True,
                minimum=0,
                maximum=services.MOST,
                aliases=("床位数", "床位"),
            ),
            Field("from_on", _("自"), "date", required=True, aliases=("日期", "启用日期")),
            AREA,
            SOURCE,
            SYNTHETIC,
        ),
        take=services.enter_capacity,
        tell=services.tell_capacity,
    )
)
