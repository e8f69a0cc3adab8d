"""How well contacts are followed up (密接管理指标): every figure with its numerator and denominator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shichen.epi.errors import BadData
from shichen.epi.shapes import Days, Floats, Mask, civil, days

FOLLOW_UP = 14
"""Days after the last exposure that a contact is followed up."""
LOST = 3
"""Days unseen from which on a contact counts as lost."""
TIMES = (
    ("onset_to_report", "onset", "report"),
    ("onset_to_isolation", "onset", "isolation"),
    ("sample_to_result", "sample", "result"),
    ("report_to_interview", "report", "interview"),
)


@dataclass(frozen=True)
class Kpi:
    """One indicator of one group: `value` is numerator / denominator, a median or a count; NaN where there is nothing to divide by."""

    group: str
    name: str
    numerator: float
    denominator: float
    value: float


@dataclass(frozen=True)
class Contacts:
    """Contacts (n,), dates with NaT for unknown or not (yet): exposed last, listed, became a case, released, quarantined, told of it."""

    id: NDArray[np.str_]
    group: NDArray[np.str_]
    exposed: Days
    listed: Days
    confirmed: Days
    released: Days
    quarantined: Days
    notified: Days


@dataclass(frozen=True)
class Cases:
    """Cases (n,): `listed` whether they were a listed contact before, `quarantined` in quarantine at onset, `source` accepted, `imported`.

    `contacts` is the number listed of each, NaN where nobody asked. Times are datetimes in hours, NaT where unknown.
    """

    group: NDArray[np.str_]
    confirmed: Days
    listed: Mask
    quarantined: Mask
    source: Mask
    imported: Mask
    contacts: Floats
    times: Mapping[str, NDArray[np.datetime64]]


@dataclass(frozen=True)
class Kpis:
    """The indicators, and the records whose times run backwards: (table, row from 0, name of the time)."""

    rows: tuple[Kpi, ...]
    errors: tuple[tuple[str, int, str], ...]


def contact_kpis(
    contacts: Contacts,
    visits: tuple[ArrayLike, ArrayLike, ArrayLike],
    cases: Cases,
    as_of: str | np.datetime64,
    *,
    follow_up: int = FOLLOW_UP,
) -> Kpis:
    """The indicators of each group and of all together (group ``""``) at the end of the day `as_of`.

    `visits` are (contact id, date, whether the contact was seen), each (m,). A missing time leaves its median and is not an error; one
    that runs backwards is listed and leaves it too. Raises BadData for a visit of nobody. After WHO 2021 (WHO/2019-nCoV/Contact_Tracing/2021.1).
    """
    today = civil(as_of, name="as_of")
    last_seen = _seen(contacts, visits, today)
    errors: list[tuple[str, int, str]] = []
    rows: list[Kpi] = []
    for group in ("", *sorted({*contacts.group.tolist(), *cases.group.tolist()} - {""})):
        mine = np.ones(len(contacts.id), bool) if not group else contacts.group == group
        theirs = np.ones(len(cases.group), bool) if not group else cases.group == group
        said = {
            **_following(contacts, mine, last_seen, today, follow_up),
            **_becoming(contacts, mine, today, follow_up),
            **_of_cases(cases, theirs, today),
        }
        rows += [Kpi(group, name, a, b, a / b if b else float("nan")) for name, (a, b) in said.items()]
        rows += _times(contacts, cases, mine, theirs, group, errors if not group else [])
    return Kpis(tuple(rows), tuple(errors))


def _seen(contacts: Contacts, visits: tuple[ArrayLike, ArrayLike, ArrayLike], today: np.datetime64) -> Days:
    """When each contact was last seen, NaT for never."""
    who, when, well = np.asarray(visits[0], np.str_), days(visits[1], name="visits"), np.asarray(visits[2], bool)
    order = np.argsort(contacts.id, kind="stable")
    at = np.searchsorted(contacts.id, who, sorter=order)
    found = np.minimum(at, max(len(order) - 1, 0))
    known = (contacts.id[order[found]] == who) if len(order) else np.zeros(len(who), bool)
    if not known.all():
        name = who[int(np.flatnonzero(~known)[0])]
        raise BadData(
            f"随访里的 {name} 不在密接表中。",
            f"the visit to {name} is to nobody on the list of contacts.",
            field="visits",
        )
    use = when <= today
    last = np.full(len(contacts.id), np.iinfo(np.int64).min)
    np.maximum.at(last, order[found[use & well]], when[use & well].astype("datetime64[D]").astype(np.int64))
    seen = np.where(last == np.iinfo(np.int64).min, np.datetime64("NaT"), last.astype("datetime64[D]"))
    return seen.astype("datetime64[D]")


def _following(
    contacts: Contacts, mine: Mask, last: Days, today: np.datetime64, follow_up: int
) -> dict[str, tuple[float, float]]:
    one = np.timedelta64(1, "D")
    became, released = contacts.confirmed <= today, contacts.released <= today
    there = mine & (contacts.listed <= today) & (contacts.exposed + follow_up * one >= today) & ~became & ~released
    begun = contacts.listed
    since = (today - np.where(np.isnat(last), begun, last)).astype(np.int64)
    never = np.isnat(last)
    count = float(there.sum())
    return {
        "in_follow_up": (count, 1.0),
        "seen_today": (float((there & (last == today)).sum()), count),
        "seen_48h": (float((there & (last >= today - one)).sum()), count),
        "never_seen": (float((there & never & (begun < today)).sum()), count),
        "lost": (float((there & (since >= LOST)).sum()), count),
    }


def _becoming(contacts: Contacts, mine: Mask, today: np.datetime64, follow_up: int) -> dict[str, tuple[float, float]]:
    one = np.timedelta64(1, "D")
    listed = mine & (contacts.listed <= today)
    week = (listed & (contacts.listed > today - 7 * one)).sum()
    before = (listed & (contacts.listed <= today - 7 * one) & (contacts.listed > today - 14 * one)).sum()
    due = listed & (contacts.exposed + follow_up * one < today)
    full = due & (contacts.released <= today) & (contacts.released > contacts.exposed + follow_up * one - one)
    return {
        "new_7d": (float(week), 1.0),
        "new_7d_change": (float(week) - float(before), float(before)),
        "became_case": (float((listed & (contacts.confirmed <= today)).sum()), float(listed.sum())),
        "completed": (float(full.sum()), float(due.sum())),
    }


def _of_cases(cases: Cases, theirs: Mask, today: np.datetime64) -> dict[str, tuple[float, float]]:
    new = theirs & (cases.confirmed <= today) & (cases.confirmed > today - np.timedelta64(7, "D"))
    count = float(new.sum())
    asked = new & ~np.isnan(cases.contacts)
    listed = np.nansum(cases.contacts[new])
    return {
        "known_contact": (float((new & cases.listed).sum()), count),
        "in_quarantine_at_onset": (float((new & cases.quarantined).sum()), count),
        "unlinked": (float((new & ~cases.source & ~cases.imported).sum()), count),
        "contacts_per_case": (float(listed), float(asked.sum())),
        "cases_without_contacts": (float((asked & (cases.contacts == 0)).sum()), float(asked.sum())),
    }


def _times(
    contacts: Contacts, cases: Cases, mine: Mask, theirs: Mask, group: str, errors: list[tuple[str, int, str]]
) -> list[Kpi]:
    """Medians in days, with how many they rest on, and the share within a day."""
    spans = [
        ("cases", name, theirs, cases.times[end] - cases.times[start])
        for name, start, end in TIMES
        if start in cases.times and end in cases.times
    ]
    spans += [
        ("contacts", "listing_to_quarantine", mine, contacts.quarantined - contacts.listed),
        ("contacts", "exposure_to_notification", mine, contacts.notified - contacts.exposed),
    ]
    found: list[Kpi] = []
    for table, name, whose, span in spans:
        length = np.where(np.isnat(span), np.nan, span / np.timedelta64(1, "D"))
        errors += [(table, int(row), name) for row in np.flatnonzero(whose & (length < 0))]
        good = length[whose & (length >= 0)]
        n = float(len(good))
        found.append(
            Kpi(
                group,
                f"{name}_median",
                float(np.median(good)) if n else np.nan,
                n,
                float(np.median(good)) if n else np.nan,
            )
        )
        within = float((good <= 1).sum())
        found.append(Kpi(group, f"{name}_within_24h", within, n, within / n if n else float("nan")))
    return found
