"""What there is to say of figures of checkpoints: whose count is published where several networks stand at a gate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from shichen import watches
from shichen.audit.context import known
from shichen.city.scope import Sight
from shichen.indicators.models import Figure
from shichen.indicators.remarks import CHOSEN, Remark, remarks
from shichen.registers.checkpoints import gates
from shichen.registers.checkpoints.models import Post

AT_GATES = "checkpoint.vehicles_at_gates"


@remarks
def of_gates(figure: Figure, sight: Sight) -> Iterator[Remark]:
    """A city total says at how many gates it chose; a figure of one post says whether it is the one that is published."""
    if figure.period_from is None or not figure.key.startswith(("checkpoint.", "traffic.", "police.")):
        return
    on = watches.civil_day(figure.period_from)
    if figure.key == AT_GATES:
        shared = gates.shared(on, as_of=known())
        if shared:
            title = f"{len(shared)}个道口由两个网络设卡，各取一数，永不相加"
            yield Remark(
                CHOSEN, title, f"/registers/gates/?on={on}", "一口一数", gates.reason(shared[0].sides[0].network)
            )
    elif figure.facets.get("post"):
        yield from _of_post(figure, on)


def _of_post(figure: Figure, on: date) -> Iterator[Remark]:
    network = figure.facets.get("network") or figure.key.partition(".")[0]
    post = Post.objects.current(known()).filter(code=figure.facets["post"], network=network, gate__isnull=False).first()
    if post is None:
        return
    for one in gates.shared(on, as_of=known()):
        if one.gate.pk == post.gate_id:
            mine = one.published.network.pk == network
            title = f"{one.gate}：全市合计取{one.published.network.name}的数，{'即此数' if mine else '此数并列备查'}"
            yield Remark(CHOSEN, title, f"/registers/gates/{one.gate.pk}/", "一口一数", one.why)
