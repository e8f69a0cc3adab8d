"""What the pages of the log share: an entry within the asker's reach, an act whose refusal is said beside its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpRequest

from shichen.audit import context
from shichen.city.scope import sight
from shichen.journal.models import Entry, Mark
from shichen.refusal import Refusal
from shichen.web import clock
from shichen.web.sentences import said


def visible(request: HttpRequest, pk: UUID, action: str) -> Entry:
    """The entry within the reach of that action; one out of sight is not there."""
    rows = Entry.objects.within(sight(request.user, action, at=clock.running())).filter(id=pk)
    marks, known = Mark.objects.select_related("by", "successor"), context.known()
    if known is not None:
        rows, marks = rows.filter(recorded_at__lte=known), marks.filter(at__lte=known)
    found = (
        rows.select_related("unit", "area", "author", "reading")
        .prefetch_related(Prefetch("marks", marks), "uses__figure", "sightings__decided_by")
        .first()
    )
    if found is None:
        raise Http404
    return found


def done(form: Any, act: Callable[[], Any]) -> Any:
    """What the act gives; a Refusal becomes its sentence beside the field it names."""
    try:
        return act()
    except Refusal as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, said(refusal.sentence))
        return None
