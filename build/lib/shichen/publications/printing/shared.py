"""What both printed pages share: items as runs of type, the foot with edition and chain, the moment a page speaks of."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from shichen import watches
from shichen.audit.models import Seal, Trail
from shichen.city import queries as city
from shichen.documents.paper import Foot, Passage, Run
from shichen.indicators.models import Figure
from shichen.publications.amending import Amended
from shichen.publications.items import Item, Piece
from shichen.publications.models import Edition
from shichen.web import words
from shichen.web.sentences import said

CLINGING = "；：？！…—·％"
"""Marks that may not begin a line, though a line may end between them and a boxed figure."""


@dataclass(frozen=True)
class Imprint:
    """Under what a page is printed: an edition, or none while it is live; the address that leads back to it."""

    edition: Edition | None = None
    link: str = ""

    @property
    def live(self) -> bool:
        """Whether what is printed may still change (未定版)."""
        return self.edition is None or self.edition.state not in (Edition.State.RELEASED, Edition.State.WITHDRAWN)


def passage(item: Item, amended: Amended, civil: Callable[[Figure], bool], *, lead: bool = False) -> Passage:
    """An item in runs of type: who reports, the key phrase, every figure with what is to be marked beside it."""
    pieces = [piece for piece in _led(item) if piece[0].text] if lead else [(piece, False) for piece in item.pieces]
    texts = [piece.text for piece, _lead in pieces]
    runs = [
        _run(piece, leads, amended, civil, before="".join(texts[:n])[-1:], after="".join(texts[n + 1 :])[:1])
        for n, (piece, leads) in enumerate(pieces)
    ]
    return Passage(tuple(_clung(runs)), said(item.note))


def foot(imprint: Imprint, items: Iterable[Item], credits: Iterable[tuple[str, str]]) -> Foot:
    """Duties, edition and its hour, where the chain stood, the way back; no person is named."""
    chain = head_of(imprint.edition, items)
    lines = [_("链头 %(head)s") % {"head": chain}] if chain else []
    return Foot(
        credits=tuple((said(duty), said(by)) for duty, by in credits),
        edition=_edition(imprint, items),
        lines=(*lines, *([imprint.link] if imprint.link else [])),
        link=imprint.link,
        live=imprint.live,
    )


def around(**more: str) -> dict[str, str]:
    """The words of the house on paper, in the language of the page."""
    return {
        "blank": _("空"),
        "computed": _("实"),
        "amended": _("更"),
        "amendment-no": _("更正第{n}号"),
        "was": _("原为"),
        "now": _("现为"),
        "comma": _("，"),
        "semicolon": _("；"),
        "open": _("（"),
        "close": _("）"),
        "sample": "1234",
        "live": _("未定版"),
        "amendments": _("更正"),
        "rules": _("凡例"),
        "further": _("未画在图上的措施"),
        **more,
    }


def subject() -> str:
    """Whose page it is and of which event."""
    return f"{words.called(city.the_city())} · {words.called(city.the_event())}"


def moment(imprint: Imprint, items: Iterable[Item], amended: Amended) -> datetime | None:
    """The moment of what is printed: of an edition its last step, of a live page its last entry; a later correction moves
    it. The same content gives the same moment, whenever it is printed."""
    edition = imprint.edition
    steps = (edition.withdrawn_at, edition.released_at, edition.reviewed_at, edition.made_at) if edition else ()
    last = next(filter(None, steps), None) or max((item.entry.recorded_at for item in items), default=None)
    return max(filter(None, (last, amended.last_at)), default=None)


def head_of(edition: Edition | None, items: Iterable[Item]) -> str:
    """Where the chain stood when a page was released; of a live page, where it sealed the last entry on it (链头)."""
    if edition is not None:
        acts = Trail.objects.filter(table="publications.edition", subject=str(edition.pk), action="release-edition")
        return _sealed("audit.trail", acts.values_list("id", flat=True).last())
    last = max(items, key=lambda item: item.entry.seq, default=None)
    return _sealed("journal.entry", last.entry.id if last is not None else None)


def _sealed(table: str, row: UUID | None) -> str:
    seal = Seal.objects.filter(table=table, row=row).first() if row is not None else None
    return f"{seal.position}-{seal.link[:16]}" if seal else ""


def _edition(imprint: Imprint, items: Iterable[Item]) -> str:
    edition = imprint.edition
    if edition is None:
        last = max((item.entry.recorded_at for item in items), default=None)
        return _("截至 %(at)s 入册的记录") % {"at": words.moment(last)} if last else _("没有记录")
    named = _("第%(n)s版") % {"n": edition.number}
    if edition.released_at is None:
        return f"{named} · {said(edition.get_state_display())}"
    released = _("%(at)s 发布") % {"at": f"{watches.local(edition.released_at):%Y-%m-%d %H:%M}"}
    taken = f" · {_('已撤下')}{_('：')}{edition.ended}" if edition.state == Edition.State.WITHDRAWN else ""
    return f"{named} · {released}{taken}"


def _led(item: Item) -> list[tuple[Piece, bool]]:
    """The pieces, with the reporting unit at the head of the first one as a piece of its own."""
    pieces, unit = item.pieces, item.entry.unit_text
    first = pieces[0] if pieces else Piece("")
    if first.figure is not None or first.strong or not unit or not first.text.startswith(unit):
        return [(piece, False) for piece in pieces]
    rest = replace(first, text=first.text[len(unit) :])
    return [(Piece(unit), True), *((piece, False) for piece in (rest, *pieces[1:]))]


def _run(
    piece: Piece, leads: bool, amended: Amended, civil: Callable[[Figure], bool], *, before: str, after: str
) -> Run:
    if piece.figure is None:
        return Run(piece.text, lead=leads, strong=piece.strong)
    return Run(
        piece.text,
        strong=piece.strong,
        figure=True,
        civil=civil(piece.figure),
        computed=piece.figure.basis == Figure.Basis.COMPUTED,
        amended=amended.number_of(piece.figure),
        before=_is_word(before),
        after=_is_word(after),
    )


def _clung(runs: list[Run]) -> list[Run]:
    """A mark that may not begin a line goes with the figure before it."""
    kept: list[Run] = []
    for run in runs:
        if kept and kept[-1].figure and not run.figure and run.text[:1] in tuple(CLINGING):
            kept[-1] = replace(kept[-1], tail=run.text[0])
            run = replace(run, text=run.text[1:])
        if run.text:
            kept.append(run)
    return kept


def _is_word(char: str) -> bool:
    """Whether a character is an ideograph: only beside one does a number want a little room."""
    return char != "" and unicodedata.category(char) == "Lo"
