"""A report on its way (分析报告办理): drafted in one act, given the experts' opinion, issued by a second person, withdrawn or dropped."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from shichen import watches
from shichen.analysis.runs import asking
from shichen.analysis.runs.models import Run, Signature
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Event
from shichen.city.scope import sight
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.publications.reports import composing, files
from shichen.publications.reports.models import Report
from shichen.refusal import Refusal

State = Report.State
TABLE = "publications.report"
LONGEST = 4_000


@transaction.atomic
def draft(moment: datetime, *, by: Account) -> Report:
    """Have a report written on the newest runs of data up to a moment. Raises Refusal."""
    standing = city.standing_of(by, "analyse", at=now())
    if standing is None:
        raise Refusal("分析报告由疾控或专家组拟；您的权限不及于此。", rule="分析权限")
    reach = sight(by, "view", at=now())
    given = composing.rests(moment, reach)
    others = Report.objects.filter(event=city.the_event(), as_of=given.as_of).exclude(state=State.DROPPED)
    same = next((one for one in others if composing.runs_of(one.content) == given.keys), None)
    if same is not None:
        return same
    content = composing.compose(given, reach, by=by)
    report = Report.objects.create(
        event=city.the_event(),
        area=city.the_city(),
        unit=standing.unit,
        as_of=given.as_of,
        counted_on=given.on,
        content=content,
        digest=composing.fingerprint(content),
        made_at=now(),
        made_by=by,
    )
    _noted("draft-report", report, by=by)
    return report


@transaction.atomic
def word(report: Report, opinion: str, *, by: Account) -> Report:
    """Write the experts' opinion into a draft; everything else stays as it wrote itself. Raises Refusal."""
    held = _in(report, State.DRAFT)
    if len(opinion) > LONGEST:
        raise Refusal(f"专家意见不超过{LONGEST}字。", field="opinion")
    held.opinion = opinion.strip()
    held.save(update_fields=["opinion"])
    _noted("word-report", held, by=by)
    return held


def issue(report: Report, *, seen: str, by: Account) -> Report:
    """Issue a report: it gets the next number of the year, its runs are signed, its files are kept. Raises Refusal.

    `seen` is the fingerprint of what was read. Type is set before the turn to write is taken.
    """
    at = now()
    held = _signable(report, seen, by, lock=False)
    held.year, held.serial, held.issued_at = _year(at), _next(held, at), at
    for form, language in files.ALL:
        files.made(held, form, language)
    return _issue(report, seen, at, by)


@transaction.atomic
def withdraw(report: Report, reason: str, *, by: Account) -> Report:
    """Take an issued report back; its number stays its own. Raises Refusal."""
    return _ended(_in(report, State.ISSUED), State.WITHDRAWN, reason, "withdraw-report", by)


@transaction.atomic
def drop(report: Report, reason: str, *, by: Account) -> Report:
    """Give a draft up; no number was used. Raises Refusal."""
    return _ended(_in(report, State.DRAFT), State.DROPPED, reason, "drop-report", by)


def seen_of(report: Report) -> str:
    """What stands for everything that a report says, the opinion with it."""
    return composing.fingerprint({"content": [report.content], "opinion": [{"opinion": report.opinion}]})


@transaction.atomic
def _issue(report: Report, seen: str, at: datetime, by: Account) -> Report:
    Event.objects.select_for_update().get(pk=report.event_id)  # one number at a time
    held = _signable(report, seen, by)
    held.state, held.issued_at, held.issued_by = State.ISSUED, at, by
    held.year, held.serial = _year(at), _next(held, at)
    held.save(update_fields=["state", "issued_at", "issued_by", "year", "serial"])
    files.keep(held)
    for run in Run.objects.filter(pk__in=composing.runs_of(held.content), state=Run.State.DONE).order_by("number"):
        if not Signature.objects.filter(run=run).exists():
            asking.sign(run, f"随疫情分析报告第{held.serial}期", by=by)
    _noted("issue-report", held, by=by)
    text = f"疫情分析报告{held.year}年第{held.serial}期签发，数据截至{watches.local(held.as_of):%m月%d日%H:%M}。"
    journal.write(
        Said(text, held.unit, held.area, held.event, kind=Entry.Kind.ACT, topic="case", act="issue_report"), by=by
    )
    return held


def _signable(report: Report, seen: str, by: Account, *, lock: bool = True) -> Report:
    held = _in(report, State.DRAFT, lock=lock)
    if by.pk == held.made_by_id:
        raise Refusal("自己拟的报告由另一个人签发。", rule="不得自批")
    if seen != seen_of(held):
        raise Refusal("您打开以后，这份报告的意见改过；请照现在的文字再看一遍。", rule="先看后签")
    return held


def _year(at: datetime) -> int:
    return watches.local(at).year


def _next(report: Report, at: datetime) -> int:
    issued = Report.objects.filter(event=report.event_id, year=_year(at)).aggregate(last=Max("serial"))
    return int(issued["last"] or 0) + 1


def _ended(held: Report, state: Report.State, reason: str, act: str, by: Account) -> Report:
    if not reason.strip():
        raise Refusal("撤回或作废要写明理由。", field="reason")
    held.state, held.ended, held.ended_at = state, reason.strip()[:300], now()
    held.save(update_fields=["state", "ended", "ended_at"])
    _noted(act, held, by=by, reason=reason)
    return held


def _in(report: Report, state: Report.State, *, lock: bool = True) -> Report:
    rows = Report.objects.select_for_update(of=("self",)) if lock else Report.objects
    held = rows.select_related("area", "unit", "event").get(pk=report.pk)
    if held.state != state:
        raise Refusal(f"这份报告现在是「{held.get_state_display()}」，须是「{state.label}」才行。")
    return held


def _noted(act: str, report: Report, *, by: Account, reason: str = "") -> None:
    audit.note(act, table=TABLE, subject=report.pk, reason=reason.strip(), after=report.digest, by=by)
