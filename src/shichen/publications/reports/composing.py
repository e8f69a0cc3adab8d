"""A report writes itself: counts by the ledger in official prose, each analysis by its run; every statement with what it rests on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from shichen.analysis.runs import queries
from shichen.analysis.runs.drawing import charts
from shichen.analysis.runs.models import Run
from shichen.analysis.runs.telling import methods, saying
from shichen.city import queries as city
from shichen.city.models import Account
from shichen.city.scope import Sight
from shichen.documents.report import PICTURE, SAID, SOURCES, TABLE
from shichen.publications.rules import Form, rules
from shichen.publications.writing import composing as writing
from shichen.publications.writing.composing import Written
from shichen.publications.writing.gathering import gather
from shichen.publications.writing.recording import fixed
from shichen.refusal import Refusal
from shichen.web import words

LANGUAGES = {"zh": "zh-hans", "en": "en"}
ANALYSES = {
    Run.Method.RT: gettext_noop("传播水平"),
    Run.Method.GROWTH: gettext_noop("增减趋势"),
    Run.Method.NOWCAST: gettext_noop("最近几日的补全"),
    Run.Method.DELAY: gettext_noop("报告时滞"),
    Run.Method.FORECAST: gettext_noop("短期预测"),
}
"""Each analysis that a report tells, in its order, under its heading; the curve stands with the counts."""
Part = dict[str, Any]
Content = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Rests:
    """What a report is to rest on: the city's runs on data of one instant, of which day, and the newest of every other area."""

    runs: tuple[Run, ...]
    elsewhere: tuple[tuple[Run, ...], ...]
    on: date

    @property
    def as_of(self) -> datetime:
        return self.runs[0].as_of

    @property
    def keys(self) -> list[str]:
        """The runs by their keys."""
        return sorted(str(one.pk) for one in (*self.runs, *(run for runs in self.elsewhere for run in runs)))


def rests(moment: datetime, reach: Sight) -> Rests:
    """The newest runs of data up to a moment. Raises Refusal where the city has none."""
    found, home = queries.newest(reach, moment), city.the_city()
    here = next((one for one in found if one.area.pk == home.pk), None)
    curve = here.runs.get(Run.Method.CURVE) if here else None
    if here is None or curve is None or curve.state == Run.State.REFUSED:
        raise Refusal("全市还没有疫情曲线的分析；请先在分析页算一次。", rule="分析报告")
    runs = [here.runs[name] for name in (Run.Method.CURVE, *ANALYSES) if name in here.runs]
    runs = _whole(one for one in runs if one.as_of == curve.as_of)
    told = (Run.Method.CURVE, Run.Method.RT)
    others = [_whole(one.runs[name] for name in told if name in one.runs) for one in found if one.area.pk != home.pk]
    on = date.fromisoformat(saying.rows(runs[0], "cases", "data")[-1]["date"])
    return Rests(tuple(runs), tuple(tuple(one) for one in others if one), on)


def compose(given: Rests, reach: Sight, *, by: Account) -> Content:
    """The report in each language. Its figures are fixed in the ledger."""
    form = Form("analysis_report", "", "", rules().report)
    counts = writing.texts(form, gather(form, given.on, reach, as_of=given.as_of))
    numbers = [(one, [(start, end, fixed(known, by=by)) for start, end, known in one.numbers]) for one in counts]
    content = {}
    for name, code in LANGUAGES.items():
        with translation.override(code):
            content[name] = _sections(numbers, given)
    return content


def fingerprint(content: Content) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def runs_of(content: Content) -> list[str]:
    """Which runs a report tells, by their keys, each once."""
    parts = [part for sections in content.values() for section in sections for part in section["parts"]]
    named = [part.get("run") for part in parts]
    named += [cell.get("run") for part in parts for row in part.get("rows", ()) for cell in row]
    return sorted({one for one in named if one})


def _whole(runs: Iterable[Run]) -> list[Run]:
    """Runs with their rows, which a question for the newest leaves out."""
    keys = [one.pk for one in runs]
    found = Run.objects.select_related("area", "profile", "unit", "inputs").in_bulk(keys)
    return [found[key] for key in keys]


def _sections(counts: Sequence[tuple[Written, Any]], given: Rests) -> list[dict[str, Any]]:
    curve, *others = given.runs
    made = [_section(_("疫情概况"), [*_counts(counts), *_analysis(curve, cards=False)])]
    made += [_section(_(ANALYSES[Run.Method(one.method)]), _analysis(one)) for one in others]
    if given.elsewhere:
        made.append(_section(_("各区域"), [_elsewhere(given.elsewhere)]))
    made.append(_section(_("数据、方法与局限"), _foot(given.runs)))
    return made


def _section(title: str, parts: Iterable[Part]) -> dict[str, Any]:
    return {"title": title, "parts": list(parts)}


def _counts(counts: Sequence[tuple[Written, Any]]) -> list[Part]:
    """The counts of the day as the bulletin words them; in English a list, for official prose is Chinese."""
    parts = []
    for written, numbers in counts:
        if not numbers:
            continue
        if words.english():
            known = [one for _start, _end, one in written.numbers]
            pieces = []
            for place, (one, (_s, _e, figure)) in enumerate(zip(known, numbers, strict=True)):
                where = f" ({words.called(one.area)})" if one.area != city.the_city() else ""
                lead = f"{'; ' if place else ''}{one.indicator.name_en}{where} "
                pieces += [{"text": lead}, {"text": words.number(one.value), "figure": str(figure.pk)}]
            parts.append({"kind": SAID, "pieces": [*pieces, {"text": "."}]})
        else:
            parts.append({"kind": SAID, "pieces": _cut(written.text, numbers)})
    return parts


def _cut(text: str, numbers: Iterable[tuple[int, int, Any]]) -> list[Part]:
    """A text in pieces, each number a piece with its figure."""
    pieces: list[Part] = []
    at = 0
    for start, end, figure in sorted(numbers, key=lambda one: one[0]):
        pieces += [{"text": text[at:start]}, {"text": text[start:end], "figure": str(figure.pk)}]
        at = end
    return [one for one in [*pieces, {"text": text[at:]}] if one["text"]]


def _analysis(run: Run, *, cards: bool = True) -> list[Part]:
    """The conclusion of a run, its chart, its estimates."""
    said = saying.conclusion(run)
    parts: list[Part] = [{"kind": SAID, "pieces": [{"text": said}], "run": str(run.pk), "number": run.number}]
    if charts.drawable(run):
        parts.append({"kind": PICTURE, "run": str(run.pk), "text": said})
    rows = [_row(run, (one.name, one.value or one.status, one.interval, one.about)) for one in saying.cards(run)]
    if cards and rows:
        heading = [pgettext("分析", "估计"), pgettext("分析", "值"), _("区间"), _("说明")]
        parts.append({"kind": TABLE, "heading": heading, "rows": rows})
    return parts


def _row(run: Run, cells: Iterable[str]) -> list[Part]:
    first, *rest = cells
    return [{"text": first, "run": str(run.pk)}, *({"text": one} for one in rest)]


def _elsewhere(found: Sequence[Sequence[Run]]) -> Part:
    """The other areas in a line each: what its curve and its R come to."""
    width = max(map(len, found))
    rows = []
    for runs in found:
        said = [saying.conclusion(one) for one in runs] + [words.DASH] * (width - len(runs))
        rows.append(_row(runs[0], (words.called(runs[0].area), *said)))
    return {"kind": TABLE, "heading": [_("区域"), _("疫情曲线"), _("传播水平")][: width + 1], "rows": rows}


def _foot(runs: Sequence[Run]) -> list[Part]:
    """What a report rests on: data as of when, by which date, the profile, each run with its fingerprint, how each was made."""
    parts: list[Part] = [{"kind": SAID, "pieces": [{"text": f"{charts.foot(runs[0])}{_('。')}"}]}]
    for run in runs:
        method = methods.of(run)
        named = _("第%(n)s号 %(what)s") % {"n": run.number, "what": run.get_method_display()}
        sources = f" {'; '.join(method.sources)}" if method.sources else ""
        text = f"{named}{_('：')}{method.sentence}{sources} [{run.digest[:12]}]"
        parts.append({"kind": SOURCES, "text": text, "run": str(run.pk), "number": run.number})
    if any(saying.dated(run) == "onset" for run in runs):
        limits = _("注明按发病日期的，最近几日已补上尚未报告的部分；其余按确诊日期计。缺报的日子不作零。")
    else:
        limits = _("按确诊日期计，不等于发病日期；缺报的日子不作零。")
    return [*parts, {"kind": SOURCES, "text": limits}]


def text_of(part: Mapping[str, Any]) -> str:
    """A part in plain words; a statement names the run that it is from."""
    said = "".join(one["text"] for one in part.get("pieces", ())) or str(part.get("text", ""))
    named = _("（第%(n)s号分析）") % {"n": part["number"]} if part.get("kind") == SAID and part.get("number") else ""
    return said + named
