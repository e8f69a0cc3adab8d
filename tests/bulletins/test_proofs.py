"""核对所得的搬入：旧来稿的核对，从已存的数和提示里补出来，与新读的一样。"""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from shichen.bulletins.models import Proof
from tests.conftest import Cast
from tests.made import bulletin

pytestmark = pytest.mark.django_db

SAID = ("check_name", "start", "end", "subject", "ok", "note", "unit", "area_path", "event")


def test_what_is_filled_in_of_bulletins_already_read_is_what_reading_keeps(cast: Cast) -> None:
    bulletin("办公室报告，排查返乡车辆405辆(外省406辆)，到洞口区采购200瓶护目镜。")
    bulletin("办公室报告，排查返乡车辆405辆(外省406辆)，到洞口区采购200瓶护目镜。")
    kept = set(Proof.objects.values_list(*SAID))
    assert {"subset", "measure", "place", "duplicate"} <= {row[0] for row in kept}
    Proof.objects.all().delete()
    import_module("shichen.bulletins.migrations.0008_proofs").fill(apps, None)
    assert set(Proof.objects.values_list(*SAID)) == kept
