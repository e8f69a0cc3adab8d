"""术语: one table, within the package, complete in both languages; the page and the reference page are made from it."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

import pytest
from django.test import Client

from shichen.site import docs
from shichen.web import glossary, words

CHECKOUT = Path(__file__).parents[2]


def test_the_table_is_part_of_the_package_and_there_is_no_second_one() -> None:
    assert (resources.files("shichen.web") / "glossary.csv").is_file()
    found = [path for folder in ("src", "docs") for path in (CHECKOUT / folder).rglob("glossary.csv")]
    assert found == [glossary.FILE]
    declared = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert declared["package-data"]["shichen"] == ["**/*"]


def test_every_term_has_its_name_and_meaning_in_both_languages() -> None:
    terms = glossary.terms()
    assert len(terms) > 40
    assert len({term.zh for term in terms}) == len(terms)
    for term in terms:
        assert words.CHINESE.search(term.zh), term
        assert words.CHINESE.search(term.meaning), term
        assert term.en.isascii(), term
        assert term.meaning_en.endswith("."), term  # whole: a comma in it is quoted


@pytest.mark.django_db
def test_help_says_what_terms_mean_in_the_language_of_the_page() -> None:
    client = Client()
    chinese = client.get("/help/").content.decode()
    assert "按日记下的要事，附疫情曲线。" in chinese
    assert "What mattered, day by day" not in chinese
    client.cookies["django_language"] = "en"
    english = client.get("/help/").content.decode()
    assert "What mattered, day by day, with the epidemic curve." in english
    assert "按日记下的要事" not in english


def test_the_reference_page_is_made_from_it() -> None:
    page = docs.pages()["glossary.md"]
    assert all(f"| {term.zh} | {term.en} |" in page for term in glossary.terms())
