"""The reader against hand annotation: no score may fall below what was promised."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"

pytestmark = [
    pytest.mark.seeds,
    pytest.mark.skipif(
        not (SHARED / "gold").is_dir(), reason="the annotation lies beside the checkout and is not here"
    ),
]


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reader_score", ROOT / "benchmarks" / "reader" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("document", "all_fields"), [("000", 0.90), ("003", 0.80)])
def test_the_two_documents(scorer: ModuleType, document: str, all_fields: float) -> None:
    figures, entries = scorer.seeds()[document]
    assert figures.f1() >= 0.99
    assert figures.f1("unit") >= 0.99
    assert figures.f1("all") >= all_fields
    assert figures.share("period") >= 0.85
    assert entries.f1() >= 0.95
    assert entries.f1("all") >= 0.90


def test_the_labelled_bulletins(scorer: ModuleType) -> None:
    score = scorer.total(scorer.labelled().values())
    assert score.f1() >= 0.98
    assert score.f1("unit") >= 0.98
    assert score.f1("all") >= 0.80


def test_a_scorer_that_sees_nothing_scores_nothing(scorer: ModuleType) -> None:
    gold = [{"tier": "A", "start": 0, "end": 2, "raw": "1个", "value": 1, "subject": "甲"}]
    assert scorer.figures((), gold, ()).f1() == 0
