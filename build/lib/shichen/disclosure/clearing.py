"""Clearing (披露审查): nothing goes out to the public that tells, or lets be worked out, 1 to k-1 persons nobody decided on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from urllib.parse import urlencode

from django.db import connection, transaction

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account
from shichen.disclosure import queries
from shichen.disclosure.exposures import Decided, Exposure, Looked, look
from shichen.disclosure.facts import Fact
from shichen.disclosure.models import Clearance
from shichen.disclosure.policy import policy
from shichen.indicators.models import Figure
from shichen.indicators.releasing import Document
from shichen.refusal import Refusal

RULE = "披露审查"


class Uncleared(Refusal):
    """Small counts that would go out without a decision: each with the figure it comes from."""

    def __init__(self, exposures: Sequence[Exposure]) -> None:
        said = "；".join(one.sentence for one in exposures)
        first = next((str(one.figure.pk) for one in exposures if one.figure is not None), "")
        super().__init__(
            f"不能公开：{len(exposures)} 处人数少于 {policy().k} 而没有公布决定。{said}。请先作公布决定，或从版面上拿掉。",
            rule=RULE,
            field=first,
        )
        self.exposures = tuple(exposures)

    @property
    def links(self) -> list[tuple[str, str]]:
        """What the sentence speaks of, each with its address; the last one proposes a decision on all of them."""
        found = [(one.sentence, one.href) for one in self.exposures if one.href]
        figures = dict.fromkeys(str(one.figure.pk) for one in self.exposures if one.figure is not None)
        return [*found, ("提出公布决定", f"/decisions/propose/?{urlencode([('figure', one) for one in figures])}")]


def looked_at(
    figures: Sequence[Figure],
    earlier: Sequence[Fact] | None = None,
    *,
    beside: Sequence[Fact] = (),
    decided: Sequence[Decided] | None = None,
) -> Looked:
    """What these figures, and table cells `beside` them, would give away to the public as it stands."""
    rules = policy()
    told = queries.told_facts(rules) if earlier is None else earlier
    return look(figures, told, queries.decided() if decided is None else decided, rules, beside=beside)


def must_be_clear(
    figures: Sequence[Figure], earlier: Sequence[Fact] | None = None, *, beside: Sequence[Fact] = ()
) -> Looked:
    """Let through only what gives away nothing small that nobody decided on. Raises Uncleared naming each such number."""
    found = looked_at(figures, earlier, beside=beside)
    if found.found:
        raise Uncleared(found.found)
    return found


@transaction.atomic
def clear(
    document: Document, figures: Sequence[Figure], *, beside: Sequence[Fact] = (), by: Account | None
) -> Clearance:
    """Look at a document before it goes out, and keep what was looked at. Belongs into the transaction of the release.

    Raises Uncleared.
    """
    _one_at_a_time()
    rules = policy()
    earlier = queries.told_facts(rules)
    found = must_be_clear(figures, earlier, beside=beside)
    small = [figure for figure in figures if rules.is_small(figure)]
    made = Clearance.objects.create(
        document=document.id,
        title=document.title[:120],
        href=document.href,
        at=now(),
        k=rules.k,
        rules=rules.digest,
        figures=len(figures) + len(beside),
        facts=found.facts,
        decided=len(small),
        earlier=found.earlier,
        aside=list(found.aside),
        digest=_digest(figures, earlier, beside),
    )
    audit.note("clear", table="disclosure.clearance", subject=document.id, rows=len(figures), after=made.digest, by=by)
    return made


def _one_at_a_time() -> None:
    """What goes out at the same moment would not see one another; writers take turns on SQLite, on PostgreSQL here."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [7_100_615])


def _digest(figures: Sequence[Figure], earlier: Sequence[Fact], beside: Sequence[Fact]) -> str:
    """SHA-256 over everything that was looked at: the figures, the cells, and what was told before."""
    said = {
        "figures": sorted([str(one.pk), f"{one.value}"] for one in figures),
        "cells": sorted([*one.region.said(), str(one.value)] for one in beside),
        "earlier": sorted([*one.region.said(), str(one.value)] for one in earlier),
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
