"""Who is told of an alarm, and who next while nobody acknowledges it (逐级上报): roles that hold now over the post, step by step."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import override

from shichen.city import services as accounts
from shichen.city.models import Account, Grant
from shichen.city.roles import ROLES
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry
from shichen.refusal import Refusal
from shichen.registers.checkpoints.models import Alarm
from shichen.registers.checkpoints.posts_rules import rules

NAMED = 6
Line = tuple[tuple[str, ...], ...]


def line() -> Line:
    """The roles of each step, the first told at once. Raises Refusal where a city names what is no role."""
    said = tuple(tuple(step) for step in rules()["escalation"]["line"])
    unknown = [role for step in said for role in step if role not in ROLES]
    if unknown or not said:
        raise Refusal(f"卡点规则 posts.toml 的 escalation.line 里没有「{(unknown or [''])[0]}」这种角色。")
    return said


def step_of(roles: set[str]) -> int | None:
    """From which step on somebody with these roles is told; None for who stands outside the line."""
    return next((number for number, step in enumerate(line()) if roles & set(step)), None)


def pass_on(at: datetime) -> int:
    """Pass on what nobody acknowledged in time, one step at a time, and tell the log; how many alarms went up."""
    before = at - timedelta(minutes=rules()["escalation"]["minutes"])
    waited = Q(passed_on_at=None, raised_at__lte=before) | Q(passed_on_at__lte=before)
    rows = Alarm.objects.select_for_update(of=("self",)).filter(waited, acknowledged_at=None, cleared_at=None)
    together: dict[tuple[str, str, int], list[Alarm]] = defaultdict(list)
    for alarm in rows.select_related("post__unit", "post__area", "post__event").order_by("post__code"):
        step = next((n for n in range(alarm.step + 1, len(line())) if _somebody(alarm, line()[n], at)), None)
        if step is not None:
            together[alarm.post.unit_id, alarm.cause, step].append(alarm)
    for (_unit, _cause, step), alarms in together.items():
        Alarm.objects.filter(pk__in=[one.pk for one in alarms]).update(step=step, passed_on_at=at)
        _tell(alarms, line()[step])
    return sum(map(len, together.values()))


def _somebody(alarm: Alarm, roles: tuple[str, ...], at: datetime) -> bool:
    """Whether anybody holds a role of the step over the post: its unit, its area, its event, at that moment."""
    post = alarm.post
    everywhere = [role for role in roles if ROLES[role].everywhere]
    held = Grant.objects.filter(role__in=roles, starts_at__lte=at, account__is_active=True)
    held = held.filter(Q(ends_at=None) | Q(ends_at__gt=at), account__kind=Account.Kind.PERSON)
    held = held.filter(Q(event=None) | Q(event=post.event_id))
    held = held.filter(Q(role__in=everywhere) | Q(unit=None) | Q(unit=post.unit_id))
    return any(post.area_path.startswith(one.area.path) for one in held.select_related("area"))


def _tell(alarms: list[Alarm], roles: tuple[str, ...]) -> None:
    """One entry for the alarms of one cause and unit: which posts, how long nobody answered, whose turn it is; no names of people."""
    post = alarms[0].post
    with override("zh-hans"):  # the log speaks Chinese, whoever runs the clock
        cause = str(Alarm.Cause(alarms[0].cause).label)
    codes = "、".join(one.post.code for one in alarms[:NAMED]) + ("等" if len(alarms) > NAMED else "")
    whose = "、".join(ROLES[role].zh for role in roles)
    minutes = rules()["escalation"]["minutes"]
    said = journal.about(
        post,
        f"卡点警情逐级上报：{codes}共{len(alarms)}处{cause}，{minutes}分钟无人签收，报{whose}。",
        kind=Entry.Kind.SYSTEM,
        topic="checkpoint",
        column=Column.COMMAND,
        act="pass_on_alarm",
    )
    journal.write(said, by=accounts.system())
