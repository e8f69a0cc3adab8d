"""Acts on traces (追踪): ask with grounds and a reason, let by a second person, find, close a task, destroy on time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from shichen.analysis.models import Near, Trace
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account, Area, Body, Event
from shichen.city.roles import INTERNAL, SENSITIVE
from shichen.city.scope import User, sight
from shichen.jobs import services as jobs
from shichen.jobs.services import Asked as AskedJob
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.records import sealed
from shichen.refusal import Refusal
from shichen.web import revealing
from shichen.web.masking import masked

State, Task, Ground = Trace.State, Near.Task, Trace.Ground
MOST_PEOPLE, LONGEST_WINDOW = 1_000, timedelta(days=28)
KEEP = timedelta(days=14)
"""How long persons of a list are kept once it is found (chosen: as long as they would be observed)."""
DISEASE = "covid19"


@dataclass(frozen=True)
class Asked:
    """What somebody wants traced: on what grounds, whom (a CSV of documents and windows), how far back, why."""

    ground: str
    ground_no: str
    reason: str
    index: str
    window: str
    until: datetime
    unit: Body
    area: Area
    event: Event
    of: Trace | None = None


def may_ask(by: User, *, at: datetime) -> bool:
    """Whether somebody may have people traced, and see who was found."""
    return bool(sight(by, "reveal", SENSITIVE, at=at))


def sees(trace: Trace, by: User) -> bool:
    """Whether somebody may see the persons of a list."""
    reach = sight(by, "reveal", SENSITIVE, at=now())
    return reach.covers(unit=trace.unit_id, path=trace.area_path, event=trace.event_id)


def may_decide(trace: Trace, by: User) -> bool:
    """Whether somebody may let a trace go ahead: who signs for the area, or a colleague with the same right; never who asked."""
    if not isinstance(by, Account) or by.pk == trace.asked_by_id or trace.state != State.ASKED:
        return False
    signs = sight(by, "approve", INTERNAL, at=now())
    return sees(trace, by) or signs.covers(unit=trace.unit_id, path=trace.area_path, event=trace.event_id)


@transaction.atomic
def ask(asked: Asked, *, by: Account) -> Trace:
    """Ask for a trace (提出追踪). It starts from a case or a documented order, with a reason. Raises Refusal."""
    at = now()
    if not sight(by, "reveal", SENSITIVE, at=at).covers(unit=asked.unit.pk, path=asked.area.path, event=asked.event.pk):
        raise Refusal("追踪由疾控提出；您的权限不及于此。", rule="调阅范围")
    if asked.ground not in Ground.values:
        raise Refusal("追踪要有依据：病例，或者指令、公文。", field="ground")
    if not asked.ground_no.strip():
        raise Refusal("请写明病例编号或文号。", field="ground_no")
    reason, people, earliest, latest = revealing.reason(asked.reason), *_read(asked)
    last = Trace.objects.filter(event=asked.event).aggregate(last=Max("number"))["last"] or 0
    trace = Trace(
        number=last + 1,
        of=asked.of,
        event=asked.event,
        unit=asked.unit,
        area=asked.area,
        area_path=asked.area.path,
        ground=asked.ground,
        ground_no=masked(asked.ground_no.strip())[:60],
        reason=reason,
        people=people,
        earliest=earliest,
        latest=latest,
        asked_by=by,
        asked_at=at,
    )
    sealed.put(trace, at, index=_canonical(asked))
    trace.save(force_insert=True)
    what = f"提出第{asked.of.number}号追踪的次密接，编第{trace.number}号" if asked.of else f"提出第{trace.number}号追踪"
    told(trace, f"{what}，依据{_grounds(trace)}。", "ask_trace", by)
    noted(trace, "trace_ask", by, reason=reason)
    return trace


def ask_further(first: Trace, reason: str, *, by: Account) -> Trace:
    """Ask who was near those who were near (次密接): from a list that was found, with a reason and a second person of its own.

    The close ones of the first degree, by the same cases and windows, are its index persons. Raises Refusal.
    """
    must_see(first, by)
    if first.of is not None:
        raise Refusal("次密接从第一级的追踪提出；这一件已是次密接。", rule="次密接")
    if first.state != State.DONE:
        raise Refusal("追踪完成、名单还在时，才能提出次密接。", rule="先到先办")
    index, window, until = opened(first)
    asked = Asked(
        first.ground,
        first.ground_no,
        reason,
        index.decode(),
        window,
        until,
        first.unit,
        first.area,
        first.event,
        first,
    )
    return ask(asked, by=by)


def may_ask_further(trace: Trace, by: User) -> bool:
    """Whether somebody may ask who was near the near of this list."""
    return trace.of is None and trace.state == State.DONE and sees(trace, by)


@transaction.atomic
def decide(trace: Trace, let: bool, why: str, *, by: Account) -> Trace:
    """Let a trace go ahead, or not (批准). Whoever asked may not. Raises Refusal."""
    trace = Trace.objects.select_for_update().get(pk=trace.pk)
    if trace.state != State.ASKED:
        raise Refusal("这件追踪已经批过。", rule="先到先办")
    if trace.asked_by_id == by.pk:
        raise Refusal("追踪要由第二个人批准；提出的人不能自批。", rule="双人")
    if not may_decide(trace, by):
        raise Refusal("您的权限不能批准这件追踪。", rule="批准")
    trace.decided_by, trace.decided_at, trace.decided_why = by, now(), masked(why.strip())[:200]
    trace.state = State.WAITING if let else State.REFUSED
    trace.save(update_fields=["decided_by", "decided_at", "decided_why", "state"])
    told(trace, f"{'批准' if let else '不批准'}第{trace.number}号追踪。", "decide_trace", by)
    noted(trace, "trace_decide", by, reason=trace.decided_why)
    if let:
        title = f"第{trace.number}号追踪"
        jobs.ask(AskedJob("trace", str(trace.pk), title, trace.unit, trace.area, trace.event), by=trace.asked_by)
    return trace


@transaction.atomic
def close(person: Near, outcome: str, note: str, *, by: Account) -> Near:
    """Say what came of a task (核实): close contact, casual contact, dismissed. A trace proposes, a person decides. Raises Refusal."""
    if outcome not in (Task.CLOSE, Task.CASUAL, Task.DISMISSED):
        raise Refusal("请选：密切接触者、一般接触者或排除。", field="outcome")
    if not works(person, by):
        raise Refusal("这项核实不是交给您的单位的。", rule="报送范围")
    fields = {"task": outcome, "closed_by": by, "closed_at": now(), "note": masked(note.strip())[:200]}
    if not Near.objects.filter(pk=person.pk, task__in=(Task.OPEN, Task.UNKNOWN)).update(**fields):
        raise Refusal("这项核实已经办过。", rule="先到先办")
    person.refresh_from_db()
    noted(person.trace, "trace_close", by, subject=person.pk)
    return person


def works(person: Near, by: User) -> bool:
    """Whether a task is somebody's: of the unit it was handed to, or of who may see the whole list."""
    if person.assignee is None:
        return False
    reach = sight(by, "submit", INTERNAL, at=now())
    return sees(person.trace, by) or reach.covers(unit=person.assignee.pk, path=person.area_path, event=person.event_id)


@transaction.atomic
def reveal(person: Near, why: str, *, by: Account) -> dict[str, str]:
    """Who somebody on the list is, to whoever has the task, for a reason that the trail keeps. Raises Refusal."""
    return revealing.reveal(
        person,
        ("document", "plate"),
        why,
        through=person,  # type: ignore[arg-type]  # it has the unit, area and event that decide
        units=(person.trace.unit_id,),
        case_no=person.trace.ground_no,
        data_class=SENSITIVE if sees(person.trace, by) else "personal",
        by=by,
    )


def expire(at: datetime) -> int:
    """Destroy the persons of lists whose time is over (到期销毁); counts, snapshot and digest stay. Returns how many lists."""
    due = Trace.objects.filter(expires_at__lte=at).exclude(state=State.EXPIRED)
    return len([_expired(trace) for trace in due])


@transaction.atomic
def _expired(trace: Trace) -> Trace:
    trace.persons.all().delete()
    trace.handed.update(persons=[])
    sealed.erase(Trace.objects.filter(pk=trace.pk), ["index"], state=State.EXPIRED)
    trace.refresh_from_db()
    told(trace, f"第{trace.number}号追踪到期，名单已销毁。", "expire_trace", trace.asked_by)
    return trace


def _read(asked: Asked) -> tuple[int, datetime, datetime]:
    """How many index persons, from when up to when. Raises Refusal for what cannot be read."""
    from shichen.records import traces  # loads numpy and ibis: only who asks pays

    window = traces.length(asked.window)
    if window > LONGEST_WINDOW:
        raise Refusal(f"最多往前追 {LONGEST_WINDOW.days} 天；流水只留这么久。", field="window")
    people = traces.read_index(_with_heading(asked.index), window, asked.until)
    if len(people) > MOST_PEOPLE:
        raise Refusal(f"一件追踪最多 {MOST_PEOPLE} 人；请分开。", field="index")
    span = min(one.lo for one in people), max(one.hi for one in people)
    return len(people), *(datetime.fromtimestamp(one, UTC) for one in span)  # type: ignore[return-value]


def _canonical(asked: Asked) -> str:
    return f"{asked.window}\n{asked.until.isoformat()}\n" + _with_heading(asked.index).decode()


def opened(trace: Trace) -> tuple[bytes, str, datetime]:
    """The index persons of a trace as a CSV, the window, and up to when. Raises Refusal once they are destroyed."""
    kept = sealed.opened(trace, "index").split("\n", 2)
    if len(kept) != 3:
        raise Refusal("这件追踪的索引名单已按期限销毁，不能再用。", rule="留存期限")
    window, until, text = kept
    return text.encode(), window, datetime.fromisoformat(until)


def _with_heading(text: str) -> bytes:
    """Lines of documents become a CSV with a heading; a CSV stays one."""
    first = text.lstrip().split("\n", 1)[0]
    named = any(word in first for word in ("证件", "身份证", "person", "假名", "pseudonym"))
    return (text.lstrip() if named else "person,from,to\n" + text.lstrip()).encode()


def must_see(trace: Trace, by: Account) -> None:
    """Raises Refusal for who may not see the persons of a list."""
    if not sees(trace, by):
        raise Refusal("您的权限看不到这份名单。", rule="调阅范围")


def _grounds(trace: Trace) -> str:
    return f"{'病例' if trace.ground == Ground.CASE else '公文'}{trace.ground_no}"


def told_found(trace: Trace, listed: int) -> None:
    """The log is told that a list was found, and how long it is; never who stands on it."""
    trace.refresh_from_db()
    told(trace, f"第{trace.number}号追踪完成，列出{listed}人，待移交核实。", "find_trace", trace.asked_by)


def told(trace: Trace, text: str, act: str, by: Account) -> None:
    """The log is told what was done to a trace."""
    said = Said(
        journal.plain(text), trace.unit, trace.area, trace.event, kind=Entry.Kind.SYSTEM, topic="trace", act=act
    )
    journal.write(said, by=by)


def noted(trace: Trace, action: str, by: Account, *, reason: str = "", rows: int = 1, subject: object = "") -> None:
    """The trail is told who did it."""
    audit.note(
        action,
        table="analysis.trace",
        subject=subject or trace.pk,
        data_class=SENSITIVE,
        unit=trace.unit_id,
        area=trace.area_id,
        reason=reason,
        case_no=trace.ground_no,
        rows=rows,
        by=by,
    )
