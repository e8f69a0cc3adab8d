"""Whether the names of the city can be printed here, told by the doctor."""

from __future__ import annotations

from pathlib import Path

import pytest

from shichen.city.models import Area, Body
from shichen.documents import faces
from shichen.site import doctor, lettering


@pytest.mark.django_db
def test_every_name_of_the_demonstration_can_be_printed() -> None:
    assert Area.objects.filter(name__contains="塅").exists() or Body.objects.exists()
    assert faces.lacking(lettering._names()) == []


@pytest.mark.django_db
def test_a_place_with_an_unknown_character_is_found() -> None:
    Area.objects.filter(pk=Area.objects.order_by("pk").values("pk")[:1]).update(name="\U0010e000家坝")
    assert faces.lacking(lettering._names()) == ["\U0010e000"]


def test_where_there_is_no_post_nothing_is_said_of_its_names(tmp_path: Path) -> None:
    assert lettering.unprintable(tmp_path) is None
    finding = doctor.glyphs(None)
    assert finding.ok
    assert "未核对" in finding.sentence_zh


def test_what_lacks_is_named_by_character_and_number_and_does_not_keep_the_house_shut() -> None:
    finding = doctor.glyphs(["\U0010e000", "𓀀"])
    assert not finding.ok
    assert doctor.exit_code([finding]) == 0
    assert "U+10E000" in finding.sentence_zh
    assert "𓀀(U+13000)" in finding.sentence_zh
    assert finding.sentence_en.isascii()
    assert finding.remedy_en.isascii()
    assert doctor.glyphs([]).ok
