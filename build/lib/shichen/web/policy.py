"""Default deny: every address declares which act on which class of data it is; what declares nothing is not served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from shichen.city.roles import ACTIONS, DATA_CLASSES, INTERNAL, ROLES

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Policy:
    """What an address does: an act on a class of data; `action` None means that it is open to everyone."""

    action: str | None
    data_class: str = INTERNAL

    def permits(self, role: str) -> bool:
        return self.action is None or ROLES[role].allows(self.action, self.data_class)


OPEN_TO_ALL = Policy(None)
SIGNED_IN = Policy("signed-in")


def policy(action: str, data_class: str = INTERNAL) -> Callable[[View], View]:
    """Declare the act of a view. The middleware asks for it before the view is called."""
    if action not in ACTIONS or data_class not in DATA_CLASSES:
        raise AssertionError(f"no such act or class of data: {action} {data_class}")
    return _declare(Policy(action, data_class))


def open_to_all(view: View) -> View:
    """Declare a view that anyone may see: signing in, health, the published portal."""
    return _declare(OPEN_TO_ALL)(view)


def signed_in(view: View) -> View:
    """Declare a view for everybody with an account: one's own password, leaving."""
    return _declare(SIGNED_IN)(view)


def from_snapshot(view: View) -> View:
    """Declare a view that is read from a file: a badge opens it, and no question is put to the database."""
    view.from_snapshot = True  # type: ignore[attr-defined]
    return view


def policy_of(view: Any) -> Policy | None:
    """The policy that a view declared, if it did."""
    found = getattr(view, "policy", None) or getattr(getattr(view, "view_class", None), "policy", None)
    return found if isinstance(found, Policy) else None


def _declare(one: Policy) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.policy = one  # type: ignore[attr-defined]
        return view

    return declare
