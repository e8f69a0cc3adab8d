"""What posts should agree on: one number for a gate of several networks, gates that may be one, a shift and its passings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from shichen.reconciliation.checks import Finding, Side, check
from shichen.registers.checkpoints import gates, sheets, telling
from shichen.registers.checkpoints.hours import Counted
from shichen.registers.checkpoints.models import Post
from shichen.registers.checkpoints.posts_rules import rules

SHORTEST = 2  # characters of a place's name; shorter ones are alike by chance


@check
def one_number_for_a_gate() -> Iterator[Finding]:
    """两网并立的道口，全市合计一个班次只取一个网络的数，永不相加。"""
    on = gates.latest_day()
    for shared in gates.shared(on) if on else []:
        counted = shared.sides[0].network
        sides = [
            Side(
                f"{shared.gate} {one.network.name} {'、'.join(post.code for post in one.posts)}",
                "取数" if one.network == counted else "并列备查",
                f"/registers/gates/{shared.gate.pk}/",
            )
            for one in sorted(shared.sides, key=lambda one: one.network.precedence)
        ]
        how = f"自{shared.choice.since}起的决定" if shared.choice else "按取数先后"
        yield Finding(
            "gate",
            "checkpoint.vehicles_at_gates",
            f"{shared.gate}由{len(sides)}个网络设卡，全市合计取{counted.name}的数({how})",
            tuple(sides),
            explained=shared.choice.why if shared.choice else counted.precedence_reason or gates.usual(counted),
            about=shared.gate.pk,
        )


@check
def gates_that_may_be_one() -> Iterator[Finding]:
    """两个网络在同一区域有同名的卡点，而没有登记为同一道口：是否同一道口？"""
    by_name: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in Post.objects.current().filter(closed_on=None).select_related("network", "area", "gate"):
        stem = _stem(post)
        if len(stem) >= SHORTEST:
            by_name[post.area_id, stem].append(post)
    for (area, stem), posts in sorted(by_name.items()):
        networks = {post.network_id for post in posts}
        known = {post.gate_id for post in posts}
        if len(networks) > 1 and (len(known) > 1 or known == {None}):
            sides = tuple(
                Side(f"{post.network.name} {post.code}", post.name, f"/registers/posts/{post.pk}/")
                for post in sorted(posts, key=lambda post: (post.network.precedence, post.code))
            )
            title = f"{posts[0].area}的{'、'.join(side.value for side in sides)}是否同一道口？两网各计一次，合计会重复"
            yield Finding("gate", "checkpoint.gates", title, sides, owner="office", about=f"{area} {stem}")


@check
def a_shift_and_its_passings() -> Iterator[Finding]:
    """班次所报与逐车记录之和，应在容差之内；流水文件读不全时不比(数据不完整)，少的不是人报的错。"""
    allowed = rules()["tally"]
    for tally, passed in sheets.compared():
        gaps = [
            (label, getattr(tally, name), getattr(passed, name))
            for name, label in (("vehicles", "车辆"), ("persons", "人员"))
            if abs(getattr(tally, name) - getattr(passed, name))
            > max(allowed["floor"], allowed["share"] * getattr(tally, name))
        ]
        label, stated, summed = gaps[0] if gaps else ("车辆", tally.vehicles, passed.vehicles)
        yield Finding(
            "shift",
            "checkpoint.vehicles_checked",
            f"{telling.shift_of(tally)}所报{label}{stated}，逐车记录合计{summed}，相差{abs(stated - summed)}",
            (
                Side("班次所报", str(stated), f"/registers/tallies/{tally.pk}/"),
                Side("逐车合计", str(summed), f"/registers/posts/{tally.post_id}/watches/"),
            ),
            ok=not gaps,
            explained=_unread(passed) if gaps else "",
            owner=tally.unit_id,
            about=f"{tally.network_id} {tally.post.code} {tally.occurred_from:%Y-%m-%dT%H:%M}",
        )


def _unread(passed: Counted) -> str:
    """Why a sum may be too small: files that cannot be read."""
    if passed.complete:
        return ""
    days = "、".join(dict.fromkeys(f"{gap.day:%m-%d}" for gap in passed.lacks))
    return f"数据不完整：{days}有{len(passed.lacks)}个流水文件读不出，逐车合计偏少；补全后再比"


def _stem(post: Post) -> str:
    """The name of a place without the name of the network that stands there."""
    return post.name.replace(post.network.name, "").strip(" ()（）")
