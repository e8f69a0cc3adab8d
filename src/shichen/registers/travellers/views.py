"""The register of travellers as pages show it: masked, by state, sender and area; every act of following up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from shichen import watches
from shichen.audit.context import known, now
from shichen.city.models import Account, Body
from shichen.city.roles import PERSONAL
from shichen.city.scope import Sight
from shichen.registers.people import queries as people
from shichen.registers.people.documents import DOCUMENTS
from shichen.registers.people.queries import Shown
from shichen.registers.travellers import choices, following, forms, queries, services
from shichen.registers.travellers.choices import AT_THE_DOOR, CONTROLS, FOUND, PURPOSES, SENDERS, STATES, WAYS
from shichen.registers.travellers.models import Traveller
from shichen.registers.travellers.reports import JOURNEY, TRAVELLER
from shichen.sheets.fields import Field, Value, only
from shichen.web import revealing, words
from shichen.web.field_forms import Aid, Aids
from shichen.web.offering import areas, every
from shichen.web.registers import Act, Cell, OnDay, OneOf, Register, declare
from shichen.web.sentences import said

__all__ = ["TRAVELLERS", "forms"]

CORRECTABLE = ("came_from", "came_by", "arrived_on", "note")
REASON = Field("reason", _("理由"), required=True, maximum=200)
NOTE = Field("note", _("备注"), "text", maximum=200, help=_("只写核查所见，不写姓名和号码。"))
AT = Field("at", _("时间"), "datetime", help=_("留空即现在。"))


def who(card: Traveller) -> Shown:
    """Whoever a card is of, masked; read once for a card."""
    found: Shown | None = card.__dict__.get("_who")
    if found is None:
        found = people.shown([card.person]).get(card.person, Shown(card.person))
        card.__dict__["_who"] = found
    return found


def units(sight: Sight) -> list[tuple[str, str]]:
    """The units to which cards within reach were given."""
    codes = Traveller.objects.current(known()).within(sight).order_by().values_list("assignee", flat=True).distinct()
    return [(body.pk, words.called(body)) for body in Body.objects.filter(pk__in=codes)]


def name_of(card: Traveller) -> str:
    """张*, or that nobody can tell any more."""
    return who(card).name or gettext("身份已销毁")


def cells(card: Traveller) -> list[Cell]:
    shown = who(card)
    return [
        Cell(_("姓名"), name_of(card)),
        Cell(_("证件号码"), shown.number),
        Cell(_("电话"), shown.phone),
        Cell(_("状态"), said(STATES[card.state])),
        Cell(_("区域"), words.called(card.area)),
        Cell(_("承办单位"), words.called(card.assignee) if card.assignee else ""),
    ]


def details(card: Traveller) -> list[Cell]:
    shown = who(card)
    return [
        Cell(_("姓名"), name_of(card)),
        Cell(_("证件类型"), said(DOCUMENTS.get(shown.document_type, ""))),
        Cell(_("证件号码"), shown.number),
        Cell(_("电话"), shown.phone),
        Cell(_("住址"), shown.home),
        Cell(_("区域"), words.called(card.area)),
        Cell(_("来自"), card.came_from),
        Cell(_("方式"), said(WAYS.get(card.came_by, ""))),
        Cell(_("到达日期"), card.arrived_on),
        Cell(_("首个来源"), said(SENDERS[card.sender])),
        Cell(_("状态"), said(STATES[card.state])),
        Cell(_("核查结果"), said(FOUND.get(card.finding, ""))),
        Cell(_("承办单位"), words.called(card.assignee) if card.assignee else ""),
        Cell(_("应办时限"), words.moment(card.due_at) if card.due_at and card.goes_on else ""),
        Cell(_("管控"), _control(card)),
        Cell(_("管控依据"), card.control_basis),
        Cell(_("转往"), card.moved_to),
        Cell(_("上次电话"), _last_call(card)),
        Cell(_("备注"), card.note),
    ]


def _control(card: Traveller) -> str:
    if not card.control or card.control_until is None:
        return ""
    waits = gettext("（待另一单位确认）") if following.waits_for_confirmation(card) else ""
    given = {"how": said(CONTROLS[card.control]), "day": words.day(card.control_until)}
    return gettext("%(how)s，至%(day)s") % given + waits


def _last_call(card: Traveller) -> str:
    """Who called last, of whatever unit, and why: nobody calls before they have read it."""
    last = following.last_call(card.person, until=known())
    if last is None:
        return gettext("还没有人打过")
    given = {"unit": words.called(last.unit), "at": words.moment(last.at), "why": said(PURPOSES[last.purpose])}
    return gettext("%(at)s %(unit)s，%(why)s") % given + gettext("：") + said(FOUND[last.finding])


def row(card: Traveller) -> dict[str, Value]:
    """A card as the sheet has it; who it is stands there masked, so that the file tells no more than the page."""
    shown = who(card)
    return {
        "name": shown.name or None,
        "document_type": shown.document_type or None,
        "number": shown.number or None,
        "phone": shown.phone or None,
        "home": shown.home or None,
        "area": card.area.name,
        "sender": card.sender,
        "synthetic": card.synthetic or None,
        **journey(card),
    }


def journey(card: Traveller) -> dict[str, Value]:
    return {
        "came_from": card.came_from or None,
        "came_by": card.came_by or None,
        "arrived_on": card.arrived_on,
        "note": card.note or None,
    }


def changes(old: Traveller, values: dict[str, Value]) -> dict[str, Any]:
    """The columns that a correction's answers become."""
    texts: dict[str, Any] = {name: values[name] or "" for name in ("came_from", "came_by", "note")}
    return {**texts, "arrived_on": values["arrived_on"]}


def more(card: Traveller, request: HttpRequest) -> dict[str, Any]:
    """What a card says beyond the record: the lists that named the person, who called and who went, how to open it."""
    ways = known() is None and not card.erased_at and not card.superseded_at
    entrusted = (card.assignee_id,) if card.assignee_id else ()
    return {
        "named": [(row, SENDERS[row.sender]) for row in queries.named(card)],
        "contacts": [
            (one, FOUND[one.finding], PURPOSES.get(getattr(one, "purpose", ""), "")) for one in queries.contacts(card)
        ],
        "revealing": ways and revealing.may_reveal(request.user, card, units=entrusted),
        "bounds": (revealing.SHORTEST, revealing.LONGEST),
    }


def goes_on(card: Traveller, by: Account) -> bool:
    return card.goes_on


def assignable() -> tuple[tuple[str, str], ...]:
    """The bodies that a card may be given to."""
    found = Body.objects.filter(kind__in=choices.ENTRUSTED)
    return tuple((body.pk, words.called(body)) for body in found)


def empty(card: Traveller) -> dict[str, Value]:
    return {}


def of_assigning(card: Traveller) -> dict[str, Value]:
    return {
        "unit": card.assignee_id,
        "due_at": watches.local(now()).replace(second=0, microsecond=0) + timedelta(days=1),
    }


def of_control(card: Traveller) -> dict[str, Value]:
    arrived = card.arrived_on or watches.civil_day(now())
    until: Value = card.control_until or arrived + timedelta(days=14)
    return {"control": card.control or None, "control_basis": card.control_basis or None, "control_until": until}


ACTS = (
    Act(
        name="call",
        title=_("记一次电话"),
        hint=_("先看「上次电话」。24 小时内别的单位打过的，没有新的理由不要再打；打了要写明。"),
        done=_("电话已记入。"),
        fields=(
            Field("purpose", _("事由"), "choice", required=True, choices=tuple(PURPOSES.items())),
            Field("finding", _("结果"), "choice", required=True, choices=tuple(FOUND.items())),
            Field("again_because", _("再次致电的理由"), "text", maximum=100, help=_("24 小时内已有人打过才填。")),
            AT,
            NOTE,
        ),
        values=empty,
        offered=goes_on,
        do=following.call,
    ),
    Act(
        name="visit",
        title=_("记一次走访"),
        hint=_("上门看到什么记什么；在本地、已离开、已满14天的，卡片随之办理。"),
        done=_("走访已记入。"),
        fields=(
            Field(
                "finding",
                _("结果"),
                "choice",
                required=True,
                choices=tuple((key, FOUND[key]) for key in AT_THE_DOOR),
            ),
            AT,
            NOTE,
        ),
        values=empty,
        offered=goes_on,
        do=following.visit,
    ),
    Act(
        name="assign",
        title=_("分派"),
        hint=_("分派给负责核查的单位；该单位在自己的待办里看得到，到时限未核实的排在前面。"),
        done=_("已分派，并已记入日志。"),
        fields=(
            Field("unit", _("承办单位"), "text", required=True),
            Field("due_at", _("应办时限"), "datetime"),
        ),
        values=of_assigning,
        offered=goes_on,
        do=following.assign,
        aids=lambda card: Aids(boxes={"unit": Aid(choices=assignable())}),
    ),
    Act(
        name="control",
        title=_("提请管控"),
        hint=_("写明方式、依据和止期；由另一单位的人确认后才生效，过期即失效。"),
        done=_("已提请，待另一单位确认。"),
        fields=(
            Field("control", _("管控方式"), "choice", required=True, choices=tuple(CONTROLS.items())),
            Field("control_basis", _("管控依据"), "text", required=True, maximum=120, help=_("哪条规定、凭什么核实。")),
            Field("control_until", _("管控至"), "date", required=True),
        ),
        values=of_control,
        offered=lambda card, by: card.state in (choices.VERIFIED, choices.CONTROLLED),
        do=following.control,
    ),
    Act(
        name="confirm",
        title=_("确认管控"),
        hint=_("看过依据再确认；提请的人和提请的单位不能自己确认。"),
        done=_("已确认，管控生效。"),
        fields=(REASON,),
        values=empty,
        offered=lambda card, by: following.waits_for_confirmation(card) and card.control_by_id != by.pk,
        do=following.confirm,
        action="confirm",
    ),
    Act(
        name="exclude",
        title=_("排除"),
        hint=_("查明没有到过疫源地，或早已满期的；写明依据，卡片办结。"),
        done=_("已排除，并已记入日志。"),
        fields=(REASON,),
        values=empty,
        offered=goes_on,
        do=following.exclude,
    ),
    Act(
        name="move",
        title=_("转出"),
        hint=_("已去外地并已告知当地的；写明去了哪里、怎样告知。"),
        done=_("已转出，并已记入日志。"),
        fields=(Field("moved_to", _("转往"), "text", required=True, maximum=60), REASON),
        values=empty,
        offered=goes_on,
        do=following.move,
    ),
)

TRAVELLERS = declare(
    Register(
        name="travellers",
        title="重点人员",
        title_en="Travellers",
        noun=_("来自疫源地、须核查随访的人，一人一卡，谁的名单都在卡上"),
        kind="traveller",
        model=Traveller,
        order=("-recorded_at",),
        cells=cells,
        details=details,
        filters=(
            OneOf("state", _("状态"), "state", every(STATES.items())),
            OneOf("sender", _("来源"), "sender", every(SENDERS.items())),
            OneOf("area", _("区域"), "area_path", areas(Traveller)),
            OneOf("unit", _("承办单位"), "assignee", units),
            OnDay("arrived", _("到达日期"), "arrived_on"),
        ),
        fields=tuple(one for one in TRAVELLER.fields),
        row=row,
        correctable=only(JOURNEY, *CORRECTABLE),
        values=journey,
        changes=changes,
        correct=services.correct,
        void=services.void,
        related=("area", "unit", "assignee"),
        acts=ACTS,
        heading=name_of,
        data_class=PERSONAL,
        entrusted=lambda card: (card.assignee_id,) if card.assignee_id else (),
        template="travellers/card.html",
        beside=(
            ("/registers/travellers/work/", _("重点人员待办")),
            ("/registers/travellers/search/", _("按号码查找")),
            ("/registers/travellers/quality/", _("名单质量")),
            ("/registers/travellers/alike/", _("疑似同一人")),
        ),
        more=more,
    )
)
