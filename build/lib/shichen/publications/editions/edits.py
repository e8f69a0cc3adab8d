"""What was sent from the desk for one place: wordings are kept first, then the one act, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from shichen.city.models import Account
from shichen.indicators.models import Figure
from shichen.journal.models import Entry
from shichen.publications import places
from shichen.publications.editions import drafting
from shichen.publications.editions.drafting import Overtaken
from shichen.publications.models import Passage, Slot
from shichen.refusal import Refusal

Wording = tuple[str, str]
"""The text of a passage and its words in bold."""
PARTS = 4  # of a binding: passage, from, to, figure


@dataclass
class Edit:
    """A sent form: the state of the place that its sender saw, the wordings, what is to be done; `about` failed."""

    slot: Slot
    act: str
    version: int | None
    given: dict[int, Wording]
    sight: Callable[[UUID], Entry | None]
    about: int | None = field(default=None, init=False)

    @transaction.atomic
    def done(self, *, by: Account) -> None:
        """Do all of it. Raises Refusal, or Overtaken where somebody else changed the place meanwhile."""
        if self.lost():
            raise Overtaken(
                f"{places.named(self.slot.place)}有一条已被撤下；您写的文字在下面，没有保存。", field="version"
            )
        for passage in self.slot.passages.select_related("slot__edition"):
            if passage.pk in self.given:
                self._word(passage, *self.given[passage.pk], by=by)
        self._do(by)

    def lost(self) -> list[str]:
        """What was written for passages that are not there any more."""
        there = set(self.slot.passages.values_list("pk", flat=True))
        return [text for number, (text, _phrase) in self.given.items() if number not in there]

    def _word(self, passage: Passage, text: str, phrase: str, *, by: Account) -> None:
        said = "\n".join(line.strip() for line in text.strip().splitlines() if line.strip())
        if (said, phrase.strip()) == (passage.text, passage.key_phrase):
            return
        self.about = passage.pk
        drafting.word(passage, text, key_phrase=phrase, version=self._seen(), by=by)
        self.about = None

    def _do(self, by: Account) -> None:
        name, _, rest = self.act.partition("-")
        if name == "take":
            self._take(rest, by)
        elif name in ("up", "down"):
            drafting.move(self._passage(rest), name == "up", version=self._seen(), by=by)
        elif name == "drop":
            drafting.drop(self._passage(rest), version=self._seen(), by=by)
        elif name in ("blank", "unblank"):
            drafting.confirm_blank(self.slot, name == "blank", version=self._seen(), by=by)
        elif name == "bind":
            self._bind(rest, by)
        elif name != "save":
            raise Refusal("没有这个动作；请用页面上的按钮。", field="act")

    def _take(self, number: str, by: Account) -> None:
        entry = self.sight(UUID(number)) if _is_uuid(number) else None
        if entry is None:
            raise Refusal("找不到这一条，或不在您的可见范围。", field="act")
        drafting.take(self.slot, entry, version=self._seen(), by=by)

    def _bind(self, rest: str, by: Account) -> None:
        parts = rest.split("-", PARTS - 1)
        if len(parts) != PARTS or not all(map(_is_number, parts[:-1])) or not _is_uuid(parts[-1]):
            raise Refusal("请选中文字里的一个数字。", field="start")
        passage, figure = self._passage(parts[0]), Figure.objects.filter(pk=UUID(parts[-1])).first()
        self.about = passage.pk
        if figure is None:
            raise Refusal("台账里没有这个数。", field="figure")
        drafting.bind(passage, figure, int(parts[1]), int(parts[2]), version=self._seen(), by=by)
        self.about = None

    def _passage(self, number: str) -> Passage:
        rows = self.slot.passages.select_related("slot__edition")
        found = rows.filter(pk=int(number)).first() if _is_number(number) else None
        if found is None:
            raise Overtaken(f"{places.named(self.slot.place)}的这一条已被撤下。", field="version")
        return found

    def _seen(self) -> int | None:
        """The version that the sender saw holds for the first change; the others are changes of one's own."""
        version, self.version = self.version, None
        return version


def wordings(given: Mapping[str, str]) -> dict[int, Wording]:
    """The texts of a form, by passage. Browsers send line ends as CR LF."""
    return {
        int(number): (text.replace("\r\n", "\n"), given.get(f"phrase-{number}", ""))
        for name, text in given.items()
        for head, _, number in [name.partition("-")]
        if head == "text" and _is_number(number)
    }


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
