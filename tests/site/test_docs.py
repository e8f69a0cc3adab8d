"""Pages made from the code: they are fresh, every field has a class, every address a policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from shichen.city import privacy
from shichen.city.roles import DATA_CLASSES
from shichen.site import docs


def test_the_committed_pages_say_what_the_code_says() -> None:
    assert docs.stale() == []


def test_a_page_that_says_something_else_is_stale(tmp_path: Path) -> None:
    docs.write(tmp_path)
    (tmp_path / "settings.md").write_text("another", encoding="utf-8")
    assert docs.stale(tmp_path) == ["settings.md"]


def test_every_field_of_every_table_has_a_class_and_personal_ones_their_reason() -> None:
    seen = 0
    for model, name, data_class, why in privacy.fields():
        seen += 1
        assert data_class in DATA_CLASSES, (model, name)
        if why is not None:
            assert all((why.purpose, why.basis, why.keep)), (model, name)
            assert name in {field.name for field in model._meta.concrete_fields}, (model, name)
    assert seen > 200


def test_a_reason_for_a_field_that_does_not_exist_is_found() -> None:
    for model in privacy.models():
        fields = {field.name for field in model._meta.concrete_fields}
        assert set(privacy.held_by(model).personal) <= fields, model


def test_a_table_that_declares_nothing_is_refused() -> None:
    class Undeclared:
        pass

    with pytest.raises(AssertionError, match="does not declare"):
        privacy.held_by(Undeclared)


def test_every_address_declares_its_policy() -> None:
    assert [address for address, policy in docs.declared() if policy is None] == []
