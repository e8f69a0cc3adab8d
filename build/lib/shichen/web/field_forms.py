"""Boxes made from fields (表单): one dictionary, every box, hint and rule from it; form, sheet and API read alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from shichen import watches
from shichen.sheets.fields import Field, Kind, Unreadable, Value, show
from shichen.web import words
from shichen.web.sentences import said
from shichen.web.widgets import Choice, Line

OTHER = ""


@dataclass(frozen=True)
class Aid:
    """What makes a box quick to fill: a list to choose from, words to complete, a first value, or no box at all."""

    choices: tuple[tuple[str, str], ...] = ()
    suggestions: tuple[str, ...] = ()
    initial: str = ""
    left_out: bool = False


@dataclass(frozen=True)
class Quick:
    """One choice that fills several boxes at once (班次): an option's value holds theirs, joined by |."""

    label: str
    boxes: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    initial: str = ""


@dataclass(frozen=True)
class Aids:
    """What a person of one unit is offered: aids box by box, a quick choice, what a nil report fills with 0,
    what the next report starts from, which boxes are asked first (the others fold), and how often it is sent (rank)."""

    boxes: Mapping[str, Aid] = field(default_factory=dict)
    quick: Quick | None = None
    nil: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    rank: int = 5


class Answer(forms.Field):
    """A box whose answer is read by the field itself, so that form, sheet and API take and refuse the same."""

    def __init__(self, asked: Field, aid: Aid, *, value: Value = None) -> None:
        self.asked = asked
        hint = said(asked.help) + (f" {_('单位：')}{words.measure(asked.unit)}" if asked.unit else "")
        super().__init__(
            required=asked.required,
            label=said(asked.label),
            help_text=hint.strip(),
            initial=aid.initial if value is None else in_box(value, asked),
            widget=_widget(asked, aid),
        )

    def clean(self, value: Any) -> Value:
        try:
            return self.asked.read(value)
        except Unreadable as unreadable:
            raise ValidationError(said(unreadable.sentence)) from None


class FieldsForm(forms.Form):
    """A form over fields. `said` is what was put in, as text, without the empty boxes; `cleaned_data` the typed values."""

    use_required_attribute = False

    def __init__(
        self,
        fields: Sequence[Field],
        *,
        aids: Aids | None = None,
        data: Mapping[str, str] | None = None,
        values: Mapping[str, Value] | None = None,
    ) -> None:
        self.asked, self.aids = tuple(fields), aids or Aids()
        super().__init__(None if data is None else self._filled(data))
        for one in self.asked:
            aid = self.aids.boxes.get(one.name, Aid())
            if not aid.left_out:
                self.fields[one.name] = Answer(one, aid, value=(values or {}).get(one.name))

    @property
    def said(self) -> dict[str, str]:
        boxes = {name: str(self.data.get(name, "")).strip() for name in self.fields}
        return {name: text for name, text in boxes.items() if text}

    @property
    def first(self) -> list[BoundField]:
        """The boxes asked first; those of the quick choice stand with it."""
        aside = set(self.quick_names)
        wanted = [name for name in self.fields if name not in aside]
        return [self[name] for name in wanted if not self.aids.first or name in self.aids.first]

    @property
    def rest(self) -> list[BoundField]:
        aside = {*self.quick_names, *(box.name for box in self.first)}
        return [self[name] for name in self.fields if name not in aside]

    @property
    def rest_is_open(self) -> bool:
        """Whether something folded away is filled in or wrong, and must be seen."""
        return any(box.errors or (self.is_bound and box.value()) for box in self.rest)

    @property
    def suggestions(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(name, aid.suggestions) for name, aid in self.aids.boxes.items() if aid.suggestions]

    @property
    def quick_names(self) -> tuple[str, ...]:
        return self.aids.quick.boxes if self.aids.quick else ()

    @property
    def quick_boxes(self) -> list[BoundField]:
        return [self[name] for name in self.quick_names]

    @property
    def quick_is_open(self) -> bool:
        """Whether the boxes of the quick choice must be seen: none was chosen, or one of them is wrong."""
        return not self.quick_chosen or any(box.errors for box in self.quick_boxes)

    @property
    def quick_chosen(self) -> str:
        if self.aids.quick is None:
            return OTHER
        return str(self.data.get("quick", OTHER)) if self.is_bound else self.aids.quick.initial

    def faults(self) -> list[tuple[str, str, str]]:
        """Every fault as (id of its box, label, sentence), for the summary on top."""
        found = []
        for name, sentences in self.errors.items():
            box = self[name] if name in self.fields else None
            for sentence in sentences:
                found.append((box.id_for_label if box else "", str(box.label) if box else "", str(sentence)))
        return found

    def refuse(self, name: str, sentence: str) -> None:
        """Set a sentence beside a box, or on top where the box is not asked."""
        self.add_error(name if name in self.fields else None, said(sentence))

    def _filled(self, data: Mapping[str, str]) -> dict[str, str]:
        """What was posted, with the boxes of a quick choice filled, and noughts where nil was reported."""
        filled = {name: data.get(name, "") for name in (one.name for one in self.asked)}
        filled["quick"] = data.get("quick", OTHER)
        if self.aids.quick and filled["quick"]:
            filled |= dict(zip(self.aids.quick.boxes, filled["quick"].split("|"), strict=False))
        if data.get("nil"):
            filled |= {name: filled[name] or "0" for name in self.aids.nil}
        return filled


def in_box(value: Value, asked: Field) -> str:
    """A value as its box holds it; browsers want 2020-02-02T08:00 for a moment."""
    if isinstance(value, datetime):
        return watches.local(value).strftime("%Y-%m-%dT%H:%M")
    return show(value, asked)


def _widget(asked: Field, aid: Aid) -> forms.Widget:
    nothing = ("", _("请选择") if asked.required else "—")
    if aid.choices:
        return Choice(choices=[*([] if asked.required and aid.initial else [nothing]), *aid.choices])
    if asked.kind is Kind.CHOICE:
        return Choice(choices=[nothing, *((value, said(label)) for value, label in asked.choices)])
    if asked.kind is Kind.BOOLEAN:
        return Choice(choices=[("", "—"), ("是", _("是")), ("否", _("否"))])
    attributes: dict[str, str] = {"autocomplete": "off"}
    if aid.suggestions:
        attributes["list"] = f"list_{asked.name}"
    if asked.kind in (Kind.INTEGER, Kind.DECIMAL):
        attributes |= {"inputmode": "numeric" if asked.kind is Kind.INTEGER else "decimal", "class": "n"}
        attributes |= {f"data-{name}": str(bound) for name, bound in _bounds(asked)}
    kinds = {Kind.DATE: "date", Kind.DATETIME: "datetime-local"}
    if asked.kind in kinds:
        return _Typed(kinds[Kind(asked.kind)], attributes | {name: str(bound) for name, bound in _bounds(asked)})
    return Line(attrs=attributes | {"maxlength": "2000"})


def _bounds(asked: Field) -> Iterable[tuple[str, object]]:
    return [(name, bound) for name, bound in (("min", asked.minimum), ("max", asked.maximum)) if bound is not None]


class _Typed(forms.TextInput):
    def __init__(self, input_type: str, attrs: dict[str, str]) -> None:
        super().__init__(attrs)
        self.input_type = input_type
