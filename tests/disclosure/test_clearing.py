"""Clearing: small counts of persons, printed or left by subtraction, go out by a decision of two persons or not at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from shichen.audit.models import Trail
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account, Area
from shichen.disclosure import clearing, queries, services
from shichen.disclosure.clearing import Uncleared
from shichen.disclosure.exposures import How
from shichen.disclosure.models import Clearance, Decision, Line
from shichen.disclosure.policy import policy
from shichen.indicators import correcting, releasing
from shichen.indicators.declare import known
from shichen.indicators.models import Figure
from shichen.indicators.releasing import Document, Printed
from shichen.refusal import Refusal
from tests.made import DAY, NOON, area, stated

pytestmark = pytest.mark.django_db
NEXT = DAY + timedelta(days=1)
NEW, TOTAL = "cases.confirmed_new", "cases.confirmed_cum"
BASIS, WHY = "传染病防治法 第三十八条", "疫情通报须说明新增病例"


@pytest.fixture
def proposer(db: None) -> Account:
    return accounts.open_account("ti", "提出人", by=accounts.system())


@pytest.fixture
def signer(db: None) -> Account:
    return accounts.open_account("qian", "签发人", by=accounts.system())


def cases(value: int, *, on: date = DAY, place: Area | None = None, key: str = NEW, unit: str = "例") -> Figure:
    return stated(value, unit, key=key, day=on, place=place or city.the_city())


def total(value: int, *, on: date = DAY, place: Area | None = None) -> Figure:
    return cases(value, on=on, place=place, key=TOTAL)


def publish(*figures: Figure, title: str = "通报") -> Document:
    """What goes out to the public: cleared and released as one document."""
    document = Document(figures[0].pk, title, "/x/")
    with transaction.atomic():
        clearing.clear(document, list(figures), by=None)
        releasing.release(document, [Printed(one, "文", "数") for one in figures], at=NOON, by=None)
    for one in figures:
        one.refresh_from_db()
    return document


def decide(proposer: Account, signer: Account, *figures: Figure) -> Decision:
    found = clearing.looked_at(list(figures)).found
    return services.sign(services.propose(found, BASIS, WHY, by=proposer), by=signer)


def sentences(*figures: Figure) -> list[str]:
    return [one.sentence for one in clearing.looked_at(list(figures)).found]


class TestPolicy:
    def test_every_beginning_of_a_key_is_that_of_a_figure(self) -> None:
        rules = policy()
        for beginning in (*rules.persons, *rules.others, *rules.single, *rules.rounded):
            assert any(key.startswith(beginning) for key in known()), beginning

    def test_every_sum_and_running_total_is_of_figures_that_there_are(self) -> None:
        rules = policy()
        keys = {key for pair in rules.running for key in pair}
        keys |= {key for whole, parts in rules.sums for key in (whole, *parts)}
        assert keys <= set(known())

    def test_noughts_large_counts_and_other_things_may_be_told(self) -> None:
        figures = [cases(0), cases(5, place=area("天元区")), stated(3, "个", key="media.tv_channels"), stated(2, "台")]
        assert not any(policy().is_small(figure) for figure in figures)

    def test_an_age_speaks_of_one_person_however_high_it_is(self) -> None:
        assert policy().is_small(stated(90, "岁", key="cases.oldest_age"))

    def test_a_post_may_have_rules_of_its_own(self, settings: object, tmp_path: object) -> None:
        from django.conf import settings as ours

        own = ours.HOME.path / "disclosure.toml"
        house = (clearing.policy.__globals__["OURS"]).read_text(encoding="utf-8")
        try:
            own.write_text(house.replace("k = 5 ", "k = 11 "), encoding="utf-8")
            assert policy().is_small(cases(10))
            own.write_text("k = 1", encoding="utf-8")
            with pytest.raises(Refusal, match="什么也不能公开"):
                policy()
        finally:
            own.unlink()


class TestSmallCounts:
    def test_a_small_count_is_refused_by_name_with_a_link(self) -> None:
        figure = cases(3)
        with pytest.raises(Uncleared, match="株洲市「新增确诊病例」 2月2日 3例") as refused:
            publish(figure, stated(83, "个", key="traffic.posts"))
        assert (refused.value.sentence, f"/figures/{figure.pk}/") != refused.value.links[0]
        assert refused.value.links[0][1] == f"/figures/{figure.pk}/"
        assert refused.value.links[-1][1] == f"/decisions/propose/?figure={figure.pk}"
        assert not Clearance.objects.exists()

    def test_every_small_count_of_the_page_is_named_at_once(self) -> None:
        with pytest.raises(Uncleared) as refused:
            publish(cases(3), cases(2, place=area("天元区")), stated(4, "人", key="quarantine.due_to_concealment"))
        assert len([one for one in refused.value.exposures if one.how == How.PRINTED]) == 3

    def test_a_decision_of_two_persons_lets_it_out(self, proposer: Account, signer: Account) -> None:
        figure = cases(3)
        decide(proposer, signer, figure)
        publish(figure)
        row = Clearance.objects.get()
        assert (row.figures, row.facts, row.decided, row.k) == (1, 1, 1, 5)
        assert Trail.objects.filter(action="clear").count() == 1

    def test_another_figure_that_says_the_same_of_the_same_is_covered_too(
        self, proposer: Account, signer: Account
    ) -> None:
        decide(proposer, signer, cases(3))
        publish(cases(3))
        with pytest.raises(Uncleared):
            publish(cases(2, on=NEXT))

    def test_one_person_alone_decides_nothing(self, proposer: Account, signer: Account) -> None:
        figure = cases(3)
        made = services.propose(clearing.looked_at([figure]).found, BASIS, WHY, by=proposer)
        with pytest.raises(Uncleared):
            publish(figure)
        with pytest.raises(Refusal, match="第二人签发"):
            services.sign(made, by=proposer)
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=made.pk).update(state="signed", decided_by=proposer)
        with pytest.raises(Refusal, match="正等第二人签发"):
            services.propose(clearing.looked_at([figure]).found, BASIS, WHY, by=signer)

    def test_a_decision_says_on_what_basis_and_why(self, proposer: Account) -> None:
        found = clearing.looked_at([cases(3)]).found
        for basis, reason, field in (("", WHY, "basis"), (BASIS, " ", "reason")):
            with pytest.raises(Refusal) as refused:
                services.propose(found, basis, reason, by=proposer)
            assert refused.value.field == field

    def test_what_was_decided_cannot_be_changed_even_in_the_database(self, proposer: Account, signer: Account) -> None:
        made = decide(proposer, signer, cases(3))
        for change in ({"reason": "另"}, {"decided_by": accounts.system()}, {"proposed_by": accounts.system()}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Decision.objects.filter(pk=made.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            Line.objects.update(low=0)
        with pytest.raises(DatabaseError), transaction.atomic():
            Decision.objects.filter(pk=made.pk)._raw_delete("default")  # type: ignore[attr-defined]

    def test_withdrawn_it_covers_nothing_that_goes_out_later(self, proposer: Account, signer: Account) -> None:
        figure = cases(3)
        made = decide(proposer, signer, figure)
        with pytest.raises(Refusal, match="理由"):
            services.withdraw(made, " ", by=signer)
        services.withdraw(made, "改由省里统一公布", by=signer)
        with pytest.raises(Uncleared):
            publish(figure)

    def test_turned_down_it_covers_nothing(self, proposer: Account, signer: Account) -> None:
        figure = cases(3)
        made = services.propose(clearing.looked_at([figure]).found, BASIS, WHY, by=proposer)
        assert services.refuse(made, "依据不足", by=signer).state == "refused"
        with pytest.raises(Uncleared):
            publish(figure)

    def test_a_figure_that_was_corrected_meanwhile_is_not_signed(self, proposer: Account, signer: Account) -> None:
        was, other = cases(3), cases(4)
        made = services.propose(clearing.looked_at([was]).found, BASIS, WHY, by=proposer)
        Figure.objects.filter(pk=was.pk).update(successor=other)
        with pytest.raises(Refusal, match="已被更正"):
            services.sign(made, by=signer)

    def test_which_small_figures_a_decision_covers(self, proposer: Account, signer: Account) -> None:
        figure, other = cases(3), cases(2, on=NEXT)
        made = decide(proposer, signer, figure)
        assert queries.decisions_on([figure.pk, other.pk]) == {figure.pk: made}


class TestDifferences:
    def test_todays_total_less_yesterdays_is_todays_new_cases(self, proposer: Account, signer: Account) -> None:
        publish(total(25))
        today = total(26, on=NEXT)
        with pytest.raises(Uncleared, match=r"26 减去 .* 25，得出 株洲市 新增确诊病例 2月3日 1"):
            publish(today)
        decide(proposer, signer, today)
        publish(today)

    def test_a_decision_on_the_new_cases_covers_the_difference(self, proposer: Account, signer: Account) -> None:
        publish(total(25))
        new = cases(1, on=NEXT)
        decide(proposer, signer, new)
        publish(total(26, on=NEXT))

    def test_totals_two_days_apart_count_as_well(self) -> None:
        publish(total(25))
        with pytest.raises(Uncleared, match="2月3日—2月4日 3"):
            publish(total(28, on=NEXT + timedelta(days=1)))

    def test_a_rise_of_five_or_of_nothing_gives_nothing_away(self) -> None:
        publish(total(25))
        publish(total(25, on=NEXT))
        publish(total(30, on=NEXT + timedelta(days=1)))

    def test_the_city_less_a_district_is_the_rest_of_the_city(self) -> None:
        publish(total(26))
        with pytest.raises(Uncleared, match="株洲市其余 2"):
            publish(total(24, place=area("荷塘区")))

    def test_several_districts_together_leave_the_rest(self) -> None:
        publish(total(26), total(10, place=area("荷塘区")))
        assert sentences(total(9, place=area("天元区")), total(5, place=area("芦淞区"))) == [
            "由各数合起来可推出 株洲市其余 累计确诊病例 截至2月2日24时 2"
        ]

    def test_parts_of_a_whole_give_away_the_last_part(self) -> None:
        publish(total(80), cases(10, key="cases.confirmed_now"))
        said = sentences(cases(69, key="cases.discharged"))
        assert said == ["由各数合起来可推出 株洲市 累计死亡病例 截至2月2日24时 1"]

    def test_what_stands_on_a_page_for_the_room_only_tells_the_public_nothing(self) -> None:
        inside = total(25)
        releasing.release(Document(inside.pk, "内部版", "/y/"), [Printed(inside, "文", "25")], at=NOON, by=None)
        publish(total(26, on=NEXT))

    def test_what_others_told_the_public_is_known(self) -> None:
        told = total(25)
        Figure.objects.filter(pk=told.pk).update(published_at=NOON)
        with pytest.raises(Uncleared, match="2月3日 1"):
            publish(total(26, on=NEXT))

    def test_a_correction_moves_what_the_public_can_work_out(self, proposer: Account, signer: Account) -> None:
        """25 was told, then 31: six new. Corrected to 28, the public can work out three."""
        was, later = total(25), total(31, on=NEXT)
        publish(was)
        publish(later)
        correcting.decide(
            correcting.propose(was, "漏报补录", replacement=total(28), by=proposer), accept=True, by=signer
        )
        assert [fact.value for fact in queries.told_facts(policy())] == [31, 28]
        assert "减去" in "".join(sentences(total(28)))

    def test_contradicting_numbers_are_left_aside_and_said_so(self) -> None:
        """Four in a district, told by one, and fewer in the whole city, told by another: both went out."""
        publish(total(6))
        figure = total(7, place=area("荷塘区"))
        publish(figure)
        assert Clearance.objects.get(document=figure.pk).aside == ["荷塘区 累计确诊病例 截至2月2日24时 7"]

    def test_hedged_numbers_are_no_facts(self) -> None:
        publish(total(26))
        publish(stated(24, "例", key=TOTAL, place=area("荷塘区"), about=True))


def test_the_audit_of_many_pages_is_quick(django_assert_max_num_queries: object) -> None:
    """A season of daily totals of ten districts: looked at within the transaction of a release."""
    import time

    from shichen.disclosure.exposures import look
    from shichen.disclosure.facts import Fact, Region
    from shichen.watches import clock

    rules = policy()
    facts = []
    for place in range(10):
        value = 100
        for day in range(60):
            value += 5 if (day + place) % 3 else 0
            region = Region(NEW, f"/0/{place}/", None, clock(date(2020, 2, 1) + timedelta(days=day), 0))
            facts.append(Fact(region, value, f"{place}区", "累计确诊病例"))
    began = time.perf_counter()
    assert look([], facts[:-10], [], rules, beside=facts[-10:]).found == ()
    assert time.perf_counter() - began < 5
