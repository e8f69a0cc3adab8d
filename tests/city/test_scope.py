"""可见范围: what an account sees is what its grants reach in unit, area and event, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.city import queries, services
from shichen.city.models import Event, Grant
from shichen.city.roles import ACTIONS, APART, DATA_CLASSES, ROLES, SECRET
from shichen.city.scope import Sight, grants_of, may, roles_of, sight
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from tests.conftest import LONG_AGO, Cast
from tests.made import NOON, area, body

TRAFFIC, POLICE = "traffic-safety-group", "public-security-group"


def grant(to: Any, role: str = "reporter", **more: Any) -> Grant:
    given = {"unit": body(TRAFFIC), "area": queries.the_city(), "event": queries.the_event(), "starts_at": LONG_AGO}
    return services.grant(to, role, **{**given, **more}, reason="test", by=services.system())


def entry(unit: str, place: str = "天元区") -> Entry:
    said = Said(text=f"{unit}记事", unit=body(unit), area=area(place), event=queries.the_event())
    return journal.write(said, by=services.system(), at=NOON)


class TestSight:
    def test_a_stranger_sees_nothing(self, cast: Cast) -> None:
        assert not sight(AnonymousUser(), "view", at=NOON)
        assert not may(AnonymousUser(), "view", "open", at=NOON)
        assert grants_of(AnonymousUser(), NOON) == []

    def test_an_account_without_grant_sees_nothing(self, cast: Cast) -> None:
        entry(TRAFFIC)
        assert not sight(cast.outsider, "view", at=NOON)
        assert list(Entry.objects.within(sight(cast.outsider, "view", at=NOON))) == []

    def test_a_reporter_sees_the_own_unit_and_the_office_sees_all(self, cast: Cast) -> None:
        ours, theirs = entry(TRAFFIC), entry(POLICE)
        assert list(Entry.objects.within(sight(cast.traffic, "view", at=NOON))) == [ours]
        assert list(Entry.objects.within(sight(cast.police, "view", at=NOON))) == [theirs]
        assert list(Entry.objects.within(sight(cast.office, "view", at=NOON))) == [ours, theirs]

    def test_the_auditor_reads_no_register(self, cast: Cast) -> None:
        entry(TRAFFIC)
        assert list(Entry.objects.within(sight(cast.auditor, "view", at=NOON))) == []

    def test_an_area_reaches_the_areas_within_it_and_none_beside(self, cast: Cast) -> None:
        grant(cast.outsider, area=area("天元区"))
        here, _beside = entry(TRAFFIC, "天元区"), entry(TRAFFIC, "荷塘区")
        assert list(Entry.objects.within(sight(cast.outsider, "view", at=NOON))) == [here]

    def test_another_event_is_out_of_reach(self, cast: Cast) -> None:
        other = Event.objects.create(code="flood", name="另一事件", started_on=NOON.date(), ended_on=NOON.date())
        grant(cast.outsider, event=other)
        entry(TRAFFIC)
        assert list(Entry.objects.within(sight(cast.outsider, "view", at=NOON))) == []

    def test_a_grant_holds_from_its_beginning_and_not_at_its_end(self, cast: Cast) -> None:
        grant(cast.outsider, starts_at=NOON, ends_at=NOON + timedelta(hours=1))
        seen = [bool(sight(cast.outsider, "view", at=NOON + timedelta(seconds=s))) for s in (-1, 0, 3599, 3600)]
        assert seen == [False, True, True, False]

    def test_a_closed_account_sees_nothing_from_then_on(self, cast: Cast) -> None:
        services.close_account(cast.traffic, at=NOON, by=services.system())
        assert not sight(cast.traffic, "view", at=NOON)
        assert not cast.traffic.grants.filter(ends_at=None).exists()

    def test_submitting_is_in_the_name_of_the_own_unit_only(self, cast: Cast) -> None:
        where = {"area": area("天元区"), "event": queries.the_event(), "at": NOON}
        assert queries.may_submit(cast.traffic, unit=body(TRAFFIC), **where)
        assert not queries.may_submit(cast.traffic, unit=body(POLICE), **where)
        assert not queries.may_submit(cast.editor, unit=body("publicity-group"), **where)

    def test_what_an_account_stands_for_comes_from_the_grant_that_permits_the_act(self, cast: Cast) -> None:
        standing = queries.standing_of(cast.traffic, "submit", at=NOON)
        assert standing is not None
        assert standing.unit == body(TRAFFIC)
        assert queries.standing_of(cast.auditor, "submit", at=NOON) is None

    @settings(max_examples=200, deadline=None)
    @given(
        reaches=st.lists(
            st.tuples(
                st.sampled_from([None, TRAFFIC, POLICE]),
                st.sampled_from(["430200/", "430200/430211/", "430200/430202/"]),
                st.sampled_from([None, "covid-2020", "flood"]),
            ),
            max_size=3,
        ),
        unit=st.sampled_from([TRAFFIC, POLICE]),
        path=st.sampled_from(["430200/", "430200/430211/", "430200/430202/", "430300/"]),
        event=st.sampled_from(["covid-2020", "flood"]),
    )
    def test_the_condition_over_rows_and_the_question_about_one_row_agree(
        self, reaches: list[tuple[str | None, str, str | None]], unit: str, path: str, event: str
    ) -> None:
        found = Sight(tuple(reaches))
        row = {"unit_id": unit, "area_path": path, "event_id": event}
        assert found.covers(unit=unit, path=path, event=event) == _holds(found.q(), row)


def _holds(condition: Any, row: dict[str, str]) -> bool:
    """A condition evaluated over one row, as the database would."""
    answers = []
    for child in condition.children:
        if hasattr(child, "children"):
            answers.append(_holds(child, row))
        elif child[0].endswith("__startswith"):
            answers.append(row[child[0].removesuffix("__startswith")].startswith(child[1]))
        elif child[0] == "pk__in":
            answers.append(False)
        else:
            answers.append(row[child[0]] == child[1])
    return any(answers) if condition.connector == "OR" else all(answers)


class TestThreePowers:
    """三权分立: operator, security officer and auditor exclude one another and every other role."""

    @pytest.mark.parametrize("apart", APART)
    @pytest.mark.parametrize("other", [role for role in ROLES if role != "anonymous"])
    def test_none_of_the_three_stands_beside_another_role(self, cast: Cast, apart: str, other: str) -> None:
        grant(cast.outsider, apart)
        if apart == other:
            grant(cast.outsider, other)
            return
        with pytest.raises(services.Refusal, match="同一人") as refused:
            grant(cast.outsider, other)
        assert refused.value.rule == "三权分立"
        assert roles_of(cast.outsider, NOON) == {apart}

    @pytest.mark.parametrize("apart", APART)
    def test_and_none_of_them_is_added_to_a_register_role(self, cast: Cast, apart: str) -> None:
        with pytest.raises(services.Refusal, match="同一人"):
            grant(cast.traffic, apart)

    def test_a_role_that_ends_later_stands_beside_the_new_one_all_the_same(self, cast: Cast) -> None:
        grant(cast.outsider, "auditor", starts_at=NOON, ends_at=NOON + timedelta(days=30))
        with pytest.raises(services.Refusal, match="同一人"):
            grant(cast.outsider, "office", starts_at=NOON + timedelta(days=1))

    def test_a_role_that_is_over_does_not_stand_in_the_way(self, cast: Cast) -> None:
        grant(cast.outsider, "auditor", starts_at=LONG_AGO, ends_at=NOON)
        grant(cast.outsider, "office", starts_at=NOON)
        assert roles_of(cast.outsider, NOON) == {"office"}

    def test_the_three_reach_no_register_and_registers_do_not_reach_theirs(self) -> None:
        for name in APART:
            assert set(ROLES[name].permits) <= {"verify", "grant", "operate"}
        for name, role in ROLES.items():
            if name not in APART:
                assert not {"verify", "grant", "operate"} & set(role.permits)


class TestGranting:
    def test_nobody_grants_to_themselves(self, cast: Cast) -> None:
        with pytest.raises(services.Refusal, match="自己"):
            services.grant(
                cast.secadmin,
                "secadmin",
                unit=None,
                area=queries.the_city(),
                event=None,
                starts_at=NOON,
                reason="test",
                by=cast.secadmin,
            )

    def test_the_database_refuses_a_grant_to_oneself_too(self, cast: Cast) -> None:
        from django.db import IntegrityError, transaction

        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.create(
                account=cast.office, role="office", area=queries.the_city(), starts_at=NOON, granted_by=cast.office
            )

    @pytest.mark.parametrize("role", ["anonymous", "root", ""])
    def test_a_role_that_is_none_is_refused(self, cast: Cast, role: str) -> None:
        with pytest.raises(services.Refusal, match="没有名为"):
            grant(cast.outsider, role)

    @pytest.mark.parametrize("name", ["", "  ", "x" * 41, "traffic"])
    def test_an_account_name_is_short_and_given_once(self, cast: Cast, name: str) -> None:
        with pytest.raises(services.Refusal):
            services.open_account(name, "某人", by=cast.office)

    def test_a_new_account_has_no_password(self, cast: Cast) -> None:
        assert not cast.outsider.has_usable_password()


class TestRoles:
    def test_every_role_permits_known_acts_on_known_classes(self) -> None:
        for role in ROLES.values():
            assert set(role.permits) <= set(ACTIONS)
            assert all(classes <= set(DATA_CLASSES) for classes in role.permits.values())

    def test_secrets_are_reached_by_no_role(self) -> None:
        assert not [role for role in ROLES.values() for action in ACTIONS if role.allows(action, SECRET)]

    def test_the_public_sees_what_is_open_and_does_nothing(self) -> None:
        public = ROLES["anonymous"]
        assert set(public.permits) == {"view"}
        assert public.permits["view"] == {"open"}
