"""Each process of the suite has a home of its own: keys, files of the lake and the board's snapshot are not another's."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from tests.conftest import FOLDER


def test_the_settings_are_those_of_this_process_s_home() -> None:
    """Under xdist too: a process that inherits the settings of the one that started it would share its keyring."""
    mine = Path(FOLDER.name)
    assert os.environ["SHICHEN_HOME"] == FOLDER.name
    assert settings.HOME.path == mine
    assert settings.KEYRING.path == mine / "keys" / "keyring.json"
    for folder in (settings.LAKE, settings.HOME.snapshots):
        assert Path(folder).is_relative_to(mine)
