"""How sure a proposal is, and which tier of review it goes to (1.14)."""

from __future__ import annotations

from shichen.prose.drafts import Draft
from shichen.prose.spans import Candidate, Check

DIGITS, CHINESE = 0.97, 0.80
NO_MEASURE, NO_SUBJECT, IMPLICIT, SHORT_SUBJECT, NO_VERB = 0.35, 0.25, 0.10, 0.10, 0.05
EFFECTS = {
    "subset": (0.0, -0.30),
    "parts": (0.02, -0.20),
    "monotone": (0.0, -0.30),
    "difference": (0.03, -0.20),
    "range": (0.0, -0.20),
    "measure": (0.0, -0.15),
    "repeat": (0.0, 0.0),
    "computed": (0.0, -0.20),
}
"""What a check adds when it holds and takes when it fails: starting values, to be fitted to decided proposals."""
AUTO_CONFIDENCE, AUTO_SCORE, AUTO_MARGIN, QUICK_SCORE = 0.90, 3.0, 1.0, 2.0


def confidence(draft: Draft) -> float:
    """The start for digits or a Chinese numeral, less what is missing."""
    quantity = draft.quantity
    value = DIGITS if quantity.digits or quantity.implicit else CHINESE
    value -= NO_MEASURE if not quantity.word else 0.0
    value -= IMPLICIT if quantity.implicit else 0.0
    if not draft.subject:
        value -= NO_SUBJECT
    elif len(draft.subject) < 3:
        value -= SHORT_SUBJECT
    if draft.pattern == "QN" and not draft.verb:
        value -= NO_VERB
    return value


def after(value: float, checks: tuple[Check, ...]) -> float:
    """The confidence once the checks have spoken, between 0 and 1."""
    for check in checks:
        held, failed = EFFECTS.get(check.id, (0.0, 0.0))
        value += held if check.ok else failed
    return round(min(max(value, 0.0), 1.0), 2)


def tier(value: float, candidates: tuple[Candidate, ...], checks: tuple[Check, ...]) -> str:
    """auto, quick or full; auto only proposes, and stays shut until it has been earned on decided proposals."""
    score = candidates[0].score if candidates else 0.0
    margin = score - candidates[1].score if len(candidates) > 1 else score
    failed = any(not check.ok for check in checks)
    if value >= AUTO_CONFIDENCE and score >= AUTO_SCORE and margin >= AUTO_MARGIN and not failed:
        return "auto"
    return "quick" if value >= AUTO_CONFIDENCE or score >= QUICK_SCORE else "full"
