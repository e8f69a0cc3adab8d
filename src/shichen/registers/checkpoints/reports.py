"""The reports that checkpoints send, for every door alike: a shift's tally, single passings, the setting up of a post."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext_noop as _

from shichen.intake.fields import AREA, SYNTHETIC
from shichen.intake.kinds import Kind, declare
from shichen.registers.checkpoints import passings, services, telling
from shichen.registers.checkpoints.passing_models import MOST_PERSONS, Passing
from shichen.sheets.fields import Field


def _count(name: str, label: str, *aliases: str, required: bool = False, help: str = "") -> Field:
    return Field(
        name, label, "integer", required=required, minimum=0, maximum=10_000_000, aliases=(*aliases,), help=help
    )


TALLY = declare(
    Kind(
        name="checkpoint_tally",
        title="卡点班次记录",
        title_en="A checkpoint's shift",
        register="tallies",
        hint=_("逢车必检，逢人必测，逢鄂必登记。一个班次报一次；没有的项留空，按 0 计。"),
        fields=(
            Field("post", _("卡点"), "text", required=True, aliases=("卡点编号", "卡点名称", "站点", "post code")),
            Field("network", _("网络"), "text", aliases=("卡口网络",)),
            Field("shift_start", _("班次开始"), "datetime", required=True, aliases=("开始时间", "起", "start", "from")),
            Field("shift_end", _("班次结束"), "datetime", required=True, aliases=("结束时间", "止", "end", "to")),
            _count("vehicles", _("车辆"), "查控车辆", "检查车辆", "车辆数", required=True),
            _count("source_area_vehicles", _("疫源地车辆"), "鄂牌车辆", "鄂籍车辆"),
            _count("persons", _("人员"), "查控人员", "排查人员", "体温检测人员", "人数", required=True),
            _count("source_area_persons", _("疫源地人员"), "鄂籍人员", "疫区人员"),
            _count("turned_back", _("劝返"), "劝返人员", "遣返人员"),
            _count("referred", _("移交"), "移交人员", "协助排查"),
            _count("fever", _("发热"), "发热人员"),
            _count("staff", _("在岗人数"), "值守人数"),
            SYNTHETIC,
        ),
        take=services.record_tally,
        tell=telling.tell_tallies,
    )
)

PASSING = declare(
    Kind(
        name="passing",
        title="逐车记录",
        title_en="Single passings",
        register="passings",
        hint=_("一车一行；步行的一人或同行几人一行。号牌只留假名。没有登记本班次总数的，由逐车记录汇成。"),
        fields=(
            Field(
                "client_id",
                _("编号"),
                "code",
                maximum=36,
                aliases=("客户端编号",),
                help=_("由设备生成；手工填的留空。"),
            ),
            Field("post", _("卡点"), "text", required=True, aliases=("卡点编号", "卡点名称", "站点", "post code")),
            Field("network", _("网络"), "text", aliases=("卡口网络",)),
            Field("at", _("过检时间"), "datetime", required=True, aliases=("时间", "通过时间")),
            Field("direction", _("方向"), "choice", choices=tuple(Passing.Direction.choices), aliases=("进出",)),
            Field("plate", _("号牌"), "code", maximum=20, aliases=("车牌", "车牌号"), help=_("没有号牌或步行的留空。")),
            Field("on_foot", _("步行"), "boolean"),
            Field("persons", _("人数"), "integer", required=True, minimum=1, maximum=MOST_PERSONS),
            Field("source_area_persons", _("疫源地人员"), "integer", minimum=0, maximum=MOST_PERSONS),
            Field(
                "temperature",
                _("最高体温"),
                "decimal",
                minimum=Decimal(30),
                maximum=Decimal(45),
                unit="℃",
                help=_("车上最高的一人；没有记度数的留空。"),
            ),
            Field("outcome", _("处置"), "choice", required=True, choices=tuple(Passing.Outcome.choices)),
            Field("handled", _("劝返或移交人数"), "integer", minimum=1, maximum=MOST_PERSONS, help=_("全车的留空。")),
            Field("why", _("事由"), "text", maximum=100, help=_("劝返、移交的必填。")),
            Field(
                "travellers",
                _("登记来人"),
                "text",
                maximum=2000,
                help=_("来自疫源地而放行登记的必填，一行一人：姓名，证件号码，电话。"),
            ),
            SYNTHETIC,
        ),
        take=passings.record,
        tell=passings.tell,
        personal=("plate", "travellers"),
    )
)

POST = declare(
    Kind(
        name="checkpoint_post",
        title="卡点登记",
        title_en="Setting up a checkpoint",
        register="posts",
        hint=_("一处一行；同一道口由两个单位设卡时，两行填同一个道口代码。"),
        fields=(
            Field("code", _("编号"), "text", required=True, aliases=("卡点编号",)),
            Field("name", _("卡点"), "text", required=True, aliases=("卡点名称", "名称")),
            Field("network", _("网络"), "text", required=True, aliases=("卡口网络",)),
            Field("gate", _("道口"), "text", aliases=("道口代码",)),
            replace(AREA, required=True),
            Field("kind", _("类别"), "text", aliases=("卡点类别",)),
            Field(
                "shifts",
                _("班次"),
                "text",
                maximum=200,
                aliases=("班次时间",),
                help=_("一天几班、各几点到几点，如 0-8 8-16 16-24；与本网络相同的留空。"),
            ),
            Field("direct_control_from", _("直控自"), "date", aliases=("直控日期",)),
            Field("opened_on", _("启用"), "date", required=True, aliases=("启用日期", "设置日期")),
            Field("closed_on", _("撤销"), "date", aliases=("撤销日期",)),
            SYNTHETIC,
        ),
        take=services.set_up_post,
        tell=telling.tell_posts,
    )
)
