"""Signals as records: only on a full baseline, proposed once, answered by a person, passed on while nobody does."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from django.db import DatabaseError, transaction

from shichen import watches
from shichen.analysis.signals import asking, evaluating, proposing, rulebook
from shichen.analysis.signals.models import Alarm, Answer, Evaluation, Rulebook
from shichen.analysis.signals.rulebook import Watched
from shichen.audit.context import acting
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.epi.signals import ears, farrington_flexible
from shichen.indicators.queries import compute
from shichen.jobs import running
from shichen.jobs.models import Job
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from shichen.registers.cases.models import DailyCount
from tests.analysis import made_signals
from tests.conftest import Cast
from tests.epi.zhuzhou import CASES
from tests.made import day_of

pytestmark = pytest.mark.django_db
WATCHED = Watched("x", "cases.confirmed_new", "city", "ears-c1", "试", 7, 0.001, 0.5, 7, 1.04, 2.26)


def days(values: list[float | None], first: date = made_signals.FIRST) -> list[dict[str, object]]:
    return [{"on": (first + timedelta(days=at)).isoformat(), "value": value} for at, value in enumerate(values)]


def method(name: str, **more: float) -> Watched:
    return Watched(**{**WATCHED.__dict__, "method": name, **more})


class TestEvaluating:
    @pytest.mark.parametrize("name", ["c1", "c2", "c3"])
    def test_the_bounds_are_those_of_the_library(self, name: str) -> None:
        values = [float(one) for one in CASES[:30]]
        said = ears(np.array(values), method=name.upper(), min_sigma=0.5, alpha=0.001)  # type: ignore[arg-type]
        found = evaluating.evaluate(days(values), method(f"ears-{name}"))  # type: ignore[arg-type]
        assert [row["upper"] for row in found.rows] == pytest.approx(said.upperbound[-7:].tolist())
        assert [row["alarm"] for row in found.rows] == said.alarm[-7:].tolist()

    def test_a_day_without_a_whole_baseline_is_not_evaluated(self) -> None:
        found = evaluating.evaluate(days([1.0] * 7), WATCHED)
        assert (found.unevaluated, {row["upper"] for row in found.rows}) == (evaluating.BASELINE, {None})
        gap = evaluating.evaluate(days([1.0] * 5 + [None] + [1.0] * 4 + [50.0]), WATCHED)
        assert gap.unevaluated == evaluating.BASELINE
        assert not any(row["alarm"] for row in gap.rows)

    def test_equal_days_do_not_cry_at_one_more(self) -> None:
        assert not evaluating.evaluate(days([2.0] * 10 + [3.0]), WATCHED).rows[-1]["alarm"]
        assert evaluating.evaluate(days([2.0] * 10 + [4.0]), WATCHED).rows[-1]["alarm"]

    def test_no_day_at_all_is_said(self) -> None:
        assert evaluating.evaluate([], WATCHED).unevaluated == evaluating.NO_DATA

    def test_cusum_takes_its_mean_before_and_refuses_a_mean_of_noughts(self) -> None:
        found = evaluating.evaluate(days([2.0] * 7 + [2.0, 2, 6, 9, 2, 2, 2]), method("cusum"))
        assert [row["alarm"] for row in found.rows][:4] == [False, False, False, True]
        assert evaluating.evaluate(days([0.0] * 7 + [1.0] * 7), method("cusum")).unevaluated == evaluating.NO_MEAN
        assert evaluating.evaluate(days([1.0] * 8), method("cusum")).unevaluated == evaluating.BASELINE

    def test_weeks_need_three_years(self) -> None:
        assert evaluating.evaluate(days([1.0] * 300), method("farrington")).unevaluated == evaluating.TOO_YOUNG
        monday = date(2016, 1, 4)
        values = [float(one % 3 + 1) for one in range(7 * 53 * 4)] + [30.0] * 7
        found = evaluating.evaluate(days(values, monday), method("farrington", alpha=0.01))  # type: ignore[arg-type]
        assert found.rows[0]["alarm"]
        weeks = np.array(values).reshape(-1, 7).sum(axis=1)
        dates = np.array([monday + timedelta(days=7 * at) for at in range(len(weeks))], "datetime64[D]")
        said = farrington_flexible(weeks, [len(weeks)], dates=dates, b=4, alpha=0.01)
        assert found.rows[0]["upper"] == pytest.approx(said.upperbound[0])


class TestRecords:
    def test_a_signal_is_proposed_with_its_numbers_and_records_and_told_in_the_log(self) -> None:
        alarm = made_signals.alarm()
        assert (alarm.value, alarm.expected, alarm.on) == (20, 1, date(2020, 1, 30))
        assert alarm.upper == pytest.approx(1 + 3.0902 * 0.5, abs=1e-3)
        assert alarm.strength == pytest.approx(19 / (alarm.upper - 1))
        last = alarm.evaluation.inputs[-1]
        assert last["records"] == [[str(DailyCount.objects.get(as_of=alarm.on).pk), 1]]
        assert "异常信号待核：株洲市新增确诊病例，01月30日1条。" in Entry.objects.get(act="signal").text

    def test_nothing_new_makes_no_evaluation_and_a_day_is_never_proposed_twice(self) -> None:
        alarm = made_signals.alarm()
        book = alarm.evaluation.rules
        at = watches.clock(date(2020, 1, 31), 14)
        assert made_signals.evaluated(book, at) is None
        later = made_signals.evaluated(book, made_signals.counts([3], date(2020, 1, 31)))
        assert later is not None
        assert [row["date"] for row in later.rows if row["alarm"]] == ["2020-01-30"]
        assert Alarm.objects.count() == 1

    def test_a_dismissed_day_comes_back_when_its_counts_were_corrected_so_far(self, cast: Cast) -> None:
        """And the new one names the one it replaces; a day that was confirmed does not, nor one that moved a little."""
        alarm = made_signals.alarm()
        book = alarm.evaluation.rules
        asking.answer(alarm, "dismissed", "补报旧病例", by=cast.office)  # type: ignore[arg-type]
        slightly = made_signals.corrected(book, alarm.on, 21)
        assert slightly is not None
        assert slightly.rows[-1]["alarm"]
        assert Alarm.objects.count() == 2  # 21 is two thirds of the way from expected to bound more: far enough
        again = Alarm.objects.get(evaluation=slightly)
        assert (again.replaces, again.value, again.step) == (alarm, 21, 0)
        told = Entry.objects.get(act="signal_again").text
        assert "由20成21" in told
        asking.answer(again, "confirmed", "", by=cast.office)  # type: ignore[arg-type]
        later = made_signals.corrected(book, alarm.on, 27)
        assert later is not None
        assert not later.alarms.exists()

    def test_what_moved_less_than_the_rule_says_stays_dismissed(self, cast: Cast) -> None:
        alarm = made_signals.alarm(again="0.7")
        asking.answer(alarm, "dismissed", "补报旧病例", by=cast.office)  # type: ignore[arg-type]
        book = alarm.evaluation.rules
        slightly = made_signals.corrected(book, alarm.on, 21)
        assert slightly is not None
        assert slightly.rows[-1]["strength"] - alarm.strength == pytest.approx(0.647, abs=1e-3)
        assert Alarm.objects.count() == 1
        lower = made_signals.corrected(
            book, alarm.on, 10
        )  # far fewer, and unusual still: the reason may no longer hold
        assert lower is not None
        assert Alarm.objects.get(evaluation=lower).replaces == alarm

    def test_a_corrected_baseline_counts_too_and_older_data_never_do(self, cast: Cast) -> None:
        alarm = made_signals.alarm()
        book = alarm.evaluation.rules
        asking.answer(alarm, "dismissed", "补报旧病例", by=cast.office)  # type: ignore[arg-type]
        made = made_signals.corrected(book, date(2020, 1, 29), 4)
        assert made is not None
        again = Alarm.objects.get(evaluation=made, on=alarm.on)
        assert again.replaces == alarm
        with pytest.raises(DatabaseError), transaction.atomic():
            Alarm.objects.filter(pk=again.pk).update(replaces=None)
        older = proposing.corrected(made, alarm.evaluation, alarm.on)
        assert not older

    def test_the_first_total_says_that_there_was_nothing_before(self) -> None:
        """By the reference (EARS C1 of Zhuzhou, from the beginning of the event): 28 January, 6 above 4.09."""
        at = made_signals.counts([int(one) for one in CASES[:10]])
        one = made_signals.evaluated(made_signals.rules(), at)
        assert one is not None
        assert [row["value"] for row in one.inputs[:3]] == [0, 0, 1]
        assert one.inputs[0]["on"] == "2020-01-21"
        assert one.inputs[0]["records"] == one.inputs[2]["records"]
        alarm = Alarm.objects.get()
        assert (alarm.on, alarm.value) == (date(2020, 1, 28), 6)
        assert alarm.upper == pytest.approx(4.09023230616781)

    def test_a_first_total_above_its_new_cases_leaves_the_days_before_unknown(self) -> None:
        at = made_signals.counts([3, 1, 2, 1, 2, 1, 3, 9], before=2)
        one = made_signals.evaluated(made_signals.rules(), at)
        assert one is not None
        assert one.inputs[0]["on"] == made_signals.FIRST.isoformat()

    def test_the_same_again_gives_the_same(self) -> None:
        alarm = made_signals.alarm()
        assert asking.recompute(alarm.evaluation, by=accounts.system())

    def test_what_is_kept_cannot_be_altered_but_how_far_it_went_up(self) -> None:
        alarm = made_signals.alarm()
        for table, change in ((Evaluation, {"digest": "x"}), (Alarm, {"value": 1}), (Rulebook, {"text": "x"})):
            with pytest.raises(DatabaseError), transaction.atomic():
                table.objects.update(**change)
        Alarm.objects.update(step=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            alarm.delete()

    def test_a_person_of_the_line_answers_once_and_a_dismissal_has_its_reason(self, cast: Cast) -> None:
        alarm = made_signals.alarm()
        for by, verdict, reason, said in (
            (cast.control, "confirmed", "", "值班角色"),
            (cast.office, "maybe", "", "请选"),
            (cast.office, "dismissed", " ", "理由"),
        ):
            with pytest.raises(Refusal, match=said):
                asking.answer(alarm, verdict, reason, by=by)  # type: ignore[arg-type]
        asking.answer(alarm, "dismissed", "补报一批旧病例", by=cast.office)  # type: ignore[arg-type]
        with pytest.raises(Refusal, match="已有人答复"):
            asking.answer(alarm, "confirmed", "", by=cast.office)  # type: ignore[arg-type]
        assert Answer.objects.get().verdict == "dismissed"

    def test_one_that_nobody_answers_goes_up_the_line_step_by_step(self) -> None:
        alarm = made_signals.alarm()
        assert asking.pass_on(alarm.raised_at + timedelta(minutes=119)) == 0
        assert asking.pass_on(alarm.raised_at + timedelta(minutes=120)) == 1
        assert asking.pass_on(alarm.raised_at + timedelta(minutes=121)) == 0
        assert asking.pass_on(alarm.raised_at + timedelta(minutes=240)) == 1
        assert asking.pass_on(alarm.raised_at + timedelta(days=9)) == 0
        alarm.refresh_from_db()
        assert alarm.step == 2
        texts = list(Entry.objects.filter(act="pass_on_signal").order_by("seq").values_list("text", flat=True))
        assert ["疾控" in texts[0], "指挥长" in texts[1]] == [True, True]

    def test_an_answered_one_stays_where_it_is(self, cast: Cast) -> None:
        alarm = made_signals.alarm()
        asking.answer(alarm, "confirmed", "", by=cast.office)  # type: ignore[arg-type]
        assert asking.pass_on(alarm.raised_at + timedelta(days=1)) == 0

    def test_the_ledger_counts_raised_confirmed_and_dismissed(self, cast: Cast) -> None:
        alarm = made_signals.alarm()
        day = day_of(watches.civil_day(alarm.raised_at))
        asking.answer(alarm, "confirmed", "", by=cast.office)  # type: ignore[arg-type]
        told = {key: compute(f"signals.{key}", day).value for key in ("raised", "confirmed", "dismissed")}
        assert told == {"raised": 1, "confirmed": 1, "dismissed": None}

    def test_the_background_evaluates_every_series_of_every_area(self) -> None:
        made_signals.rules()
        at = made_signals.counts([1] * 7 + [20])
        with acting("test", moment=at):
            asking.ask(at, by=accounts.system())
            assert not asking.due(at)
            while running.run_next(at):
                pass
        assert Job.objects.get(kind="signals").state == "done", Job.objects.get(kind="signals").sentence
        told = {(one.series, one.area.name): one.unevaluated for one in Evaluation.objects.select_related("area")}
        assert told["cases", "株洲市"] == ""
        assert told["cases", "天元区"] == "no_data"
        assert told["cases-weeks", "株洲市"] == "years"
        assert told["fever", "株洲市"] == "no_data"
        assert asking.due(at + timedelta(hours=1, minutes=1))
        assert city.the_event() == Evaluation.objects.all()[0].event


class TestRules:
    @pytest.mark.parametrize(
        ("was", "now", "field"),
        [
            ('source = "部署单位自定；方法各有文献，见每条序列"', 'source = ""', "source"),
            ('indicator = "checkpoint.fevers"', 'indicator = "no.such"', "fever.indicator"),
            ('method = "ears-c2"', 'method = "magic"', "cases-slow.method"),
            ("minutes = 120", "minutes = 1", "escalation.minutes"),
            ('["leader"]', '["king"]', "escalation.line"),
            ("alpha = 0.01", "alpha = 2", "cases-weeks.alpha"),
            ('id = "fever"', 'id = "cases"', "series.id"),
            ("baseline = 7", "baselines = 7", "cases.baselines"),
            ("baseline = 7", "baseline = 7\nagain = 0", "cases.again"),
            ('total = "cases.confirmed_cum"', 'total = "cases.confirmed_new"', "cases.total"),
            ('total = "cases.confirmed_cum"', 'total = "no.such"', "cases.total"),
        ],
    )
    def test_a_wrong_file_is_refused_and_names_its_field(self, was: str, now: str, field: str) -> None:
        text = rulebook.shipped()["signals-2020"]
        assert was in text
        with pytest.raises(Refusal) as refused:
            asking.enter(text.replace(was, now, 1), "试", by=accounts.system())
        assert refused.value.field == field
        assert not Rulebook.objects.exists()

    def test_without_rules_nothing_is_asked(self) -> None:
        assert not asking.due(watches.clock(date(2020, 2, 1), 0))
        with pytest.raises(Refusal, match="规则"):
            asking.ask(watches.clock(date(2020, 2, 1), 0), by=accounts.system())
