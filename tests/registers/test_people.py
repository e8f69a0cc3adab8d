"""People: one card for one document, whoever brings it; near ones are proposed and never merged by themselves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.audit.models import Trail
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.records import sealed
from shichen.refusal import Refusal
from shichen.registers.people import documents, queries, services
from shichen.registers.people.models import Likeness, Person
from tests.made import invented
from tests.registers.people_made import NUMBER, arrival, person

ON = date(2020, 2, 2)
# The example that the standard itself prints (GB 11643-1999, annex A): its check is public, it belongs to nobody.
EXAMPLE = "11010519491231002X"


class TestNumbers:
    def test_the_example_of_the_standard_checks(self) -> None:
        assert documents.checked("resident_id", EXAMPLE, on=ON) == EXAMPLE
        assert documents.checked("resident_id", " １１０１０５19491231002x ", on=ON) == EXAMPLE

    @given(st.integers(0, 16), st.integers(1, 9))
    def test_one_wrong_digit_is_always_found(self, place: int, by: int) -> None:
        wrong = EXAMPLE[:place] + str((int(EXAMPLE[place]) + by) % 10) + EXAMPLE[place + 1 :]
        with pytest.raises(Refusal):
            documents.checked("resident_id", wrong, on=ON)

    @given(st.integers(0, 15))
    def test_two_neighbours_exchanged_are_found(self, place: int) -> None:
        if EXAMPLE[place] == EXAMPLE[place + 1]:
            return
        wrong = EXAMPLE[:place] + EXAMPLE[place + 1] + EXAMPLE[place] + EXAMPLE[place + 2 :]
        with pytest.raises(Refusal):
            documents.checked("resident_id", wrong, on=ON)

    def test_an_old_number_is_the_same_persons_new_one(self) -> None:
        assert documents.checked("resident_id", "110105491231002", on=ON) == EXAMPLE

    @pytest.mark.parametrize("born", ["20200230", "20991231", "18991231", "20200203"])
    def test_a_birth_that_cannot_be_is_refused(self, born: str) -> None:
        with pytest.raises(Refusal, match="出生日期"):
            documents.checked("resident_id", invented(1, born), on=ON, synthetic=True)

    def test_an_invented_number_is_for_invented_people_and_no_other(self) -> None:
        with pytest.raises(Refusal, match="000000"):
            documents.checked("resident_id", NUMBER, on=ON)
        with pytest.raises(Refusal, match="000000"):
            documents.checked("resident_id", EXAMPLE, on=ON, synthetic=True)

    @pytest.mark.parametrize(
        ("sort", "good", "bad"),
        [
            ("passport", "e12345678", "E1"),
            ("mainland_permit", "H12345678", "K12345678"),
            ("taiwan_permit", "12345678", "1234567"),
            ("foreign_permit", "ABC123456789012", "AB123456789012"),
            ("other", "A-1234", "甲1234"),
        ],
    )
    def test_other_documents_by_their_form_alone(self, sort: str, good: str, bad: str) -> None:
        assert documents.checked(sort, good, on=ON) == good.upper()
        with pytest.raises(Refusal):
            documents.checked(sort, bad, on=ON)

    @pytest.mark.parametrize("said", ["13800001234", "+86 138 0000 1234", "138-0000-1234", "0086１３８00001234"])
    def test_a_telephone_in_any_dress_is_one_number(self, said: str) -> None:
        assert documents.phone_read(said) == "13800001234"

    def test_who_has_neither_number_nor_telephone_cannot_be_followed_up(self) -> None:
        with pytest.raises(Refusal, match="至少填一项"):
            documents.read({"name": "甲某"}, on=ON)
        with pytest.raises(Refusal, match="姓名"):
            documents.read({"name": " ", "phone": "13800001234"}, on=ON)


@pytest.mark.django_db
class TestOneCard:
    def test_the_same_document_is_the_same_card(self) -> None:
        first = person()
        again = person(number=NUMBER.lower(), phone="13800001234")
        assert (again.first, again.met) == (first.first, "same")
        assert Person.objects.current().count() == 1

    def test_what_the_card_lacked_is_filled_in_and_what_it_has_stays(self) -> None:
        person(phone="13800001234")
        again = person(phone="13900005678", home="某路1号")
        assert sealed.opened(again, "phone") == "13800001234"
        assert sealed.opened(again, "home") == "某路1号"
        assert again.revision == 2

    def test_the_same_document_under_another_name_is_said(self) -> None:
        person()
        assert person(name="乙某").met == "differs"
        assert Person.objects.current().count() == 1

    def test_the_same_digits_on_another_kind_of_document_are_another_person(self) -> None:
        one = person(document_type="passport", number="E12345678")
        other = person(document_type="other", number="E12345678")
        assert one.first != other.first

    def test_the_same_name_and_telephone_is_proposed_and_not_merged(self) -> None:
        one = person(number=None, phone="13800001234")
        other = person(number=None, phone="13800001234")
        person(number=None, phone="13800001234", name="丙某")
        assert Person.objects.current().count() == 3
        pair = Likeness.objects.get()
        assert {pair.one, pair.other} == {one.first, other.first}

    def test_one_person_decides_of_a_pair_once(self) -> None:
        one = person(number=None, phone="13800001234")
        other = person(phone="13800001234")
        pair = Likeness.objects.get()
        by = accounts.system()
        with pytest.raises(Refusal, match="依据"):
            services.decide(pair, True, " ", by=by)
        services.decide(pair, True, "电话核对过", by=by)
        standing = Person.objects.current().get(merged_into=None)
        assert standing.first == one.first
        assert sealed.opened(standing, "number") == NUMBER
        assert queries.found(city.the_event(), number=NUMBER) == {one.first}
        assert person().first == one.first
        assert Person.objects.current().get(first=other.first).merged_into == one.first
        with pytest.raises(Refusal, match="另一人决定"):
            services.decide(pair, False, "再来一次", by=by)
        assert Trail.objects.filter(action="decide_likeness").count() == 1

    def test_two_that_are_not_the_same_stay_two(self) -> None:
        person(number=None, phone="13800001234")
        person(phone="13800001234")
        services.decide(Likeness.objects.get(), False, "父子同名", by=accounts.system())
        assert Person.objects.current().filter(merged_into=None).count() == 2

    def test_nothing_of_it_is_shown_in_clear(self) -> None:
        one = person(name="欧阳某某", phone="13800001234", home="湖南省株洲市天元区某路1号")
        shown = queries.shown([one.first])[one.first]
        assert (shown.name, shown.number, shown.phone) == ("欧*", f"000***********{NUMBER[-4:]}", "138****1234")
        assert "某路" not in shown.home

    def test_a_passport_is_masked_too(self) -> None:
        one = person(document_type="passport", number="E12345678")
        assert queries.shown([one.first])[one.first].number == "E******78"

    def test_erasing_leaves_a_card_that_nobody_can_read(self) -> None:
        one = person(phone="13800001234")
        services.erase([one.first], at=arrival().at + timedelta(days=1), by=accounts.system())
        assert queries.shown([one.first])[one.first].name == ""
        assert queries.found(city.the_event(), number=NUMBER) == set()
        with pytest.raises(Refusal, match="销毁"):
            services.reveal(one.first, "流调核对", through=one, by=accounts.system())
        assert Person.objects.current().count() == 1
