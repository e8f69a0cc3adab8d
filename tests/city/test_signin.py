"""登录: a way in works once, guesses are limited, tokens can be taken back; secrets are never kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.utils import timezone

from shichen.city import guesses, services, signin
from shichen.city.models import Account, Attempt, Pass
from shichen.refusal import Refusal
from tests.conftest import Cast
from tests.made import NOON

PASSWORD = "株洲北站 Zzb-2020-02-02"


@pytest.fixture
def person(cast: Cast) -> Account:
    account = cast.outsider
    account.set_password(PASSWORD)
    account.save(update_fields=["password"])
    return account


class TestOneTimeWayIn:
    def test_it_lets_its_bearer_in_once(self, cast: Cast) -> None:
        secret = signin.one_time_way_in(cast.outsider, now=NOON)
        assert signin.use(secret, now=NOON) == cast.outsider
        with pytest.raises(Refusal, match="已用过"):
            signin.use(secret, now=NOON)

    def test_looking_at_it_does_not_use_it(self, cast: Cast) -> None:
        secret = signin.one_time_way_in(cast.outsider, now=NOON)
        assert signin.waiting(secret, now=NOON)
        assert signin.waiting(secret, now=NOON)
        assert signin.use(secret, now=NOON) == cast.outsider

    def test_it_ends_after_a_day(self, cast: Cast) -> None:
        secret = signin.one_time_way_in(cast.outsider, now=NOON)
        with pytest.raises(Refusal):
            signin.use(secret, now=NOON + signin.ENTER_FOR)

    def test_a_later_one_takes_the_place_of_an_earlier_one(self, cast: Cast) -> None:
        first = signin.one_time_way_in(cast.outsider, now=NOON)
        second = signin.one_time_way_in(cast.outsider, now=NOON)
        assert signin.waiting(first, now=NOON) is None
        assert signin.use(second, now=NOON) == cast.outsider

    def test_it_does_not_open_a_closed_account(self, cast: Cast) -> None:
        secret = signin.one_time_way_in(cast.outsider, now=NOON)
        services.close_account(cast.outsider, at=NOON, by=services.system())
        with pytest.raises(Refusal):
            signin.use(secret, now=NOON)

    @pytest.mark.parametrize("secret", ["", "guess", "\x00", "é" * 500])
    def test_a_guess_opens_nothing(self, cast: Cast, secret: str) -> None:
        with pytest.raises(Refusal):
            signin.use(secret, now=NOON)

    def test_the_secret_itself_is_not_kept(self, cast: Cast) -> None:
        secret = signin.one_time_way_in(cast.outsider, now=NOON)
        assert secret not in str(Pass.objects.values_list()[0])

    def test_two_who_press_at_once_are_not_both_let_in(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        secret = signin.one_time_way_in(cast.outsider, now=NOON)
        both_saw = signin.waiting(secret, now=NOON)
        monkeypatch.setattr(signin, "waiting", lambda secret, now: both_saw)
        signin.use(secret, now=NOON)
        with pytest.raises(Refusal):
            signin.use(secret, now=NOON)


class TestPassword:
    def test_the_right_one_lets_in_and_a_wrong_one_does_not(self, person: Account) -> None:
        assert authenticate(username="outsider", password=PASSWORD) == person
        assert authenticate(username="outsider", password="wrong") is None
        assert authenticate(username="nobody", password=PASSWORD) is None

    def test_after_ten_guesses_even_the_right_one_waits(self, person: Account) -> None:
        for _ in range(guesses.AT_A_NAME):
            assert authenticate(username="outsider", password="wrong") is None
        with pytest.raises(Refusal, match="15 分钟"):
            authenticate(username="outsider", password=PASSWORD)

    def test_guesses_are_forgotten_after_a_quarter_of_an_hour(self, person: Account) -> None:
        key = guesses.key_of("signin", "outsider")
        long_ago = timezone.now() - guesses.WINDOW - timedelta(seconds=1)
        Attempt.objects.bulk_create(Attempt(key=key, at=long_ago) for _ in range(guesses.AT_A_NAME))
        assert authenticate(username="outsider", password=PASSWORD) == person

    def test_guesses_at_names_that_do_not_exist_are_limited_alike(self, db: None) -> None:
        for _ in range(guesses.AT_A_NAME):
            authenticate(username="nobody", password="wrong")
        with pytest.raises(Refusal):
            authenticate(username="nobody", password="wrong")

    def test_coming_in_forgets_the_guesses_before(self, person: Account) -> None:
        authenticate(username="outsider", password="wrong")
        authenticate(username="outsider", password=PASSWORD)
        assert not Attempt.objects.exists()

    def test_the_names_that_were_tried_are_not_kept(self, person: Account) -> None:
        authenticate(username="outsider", password="wrong")
        assert "outsider" not in str(Attempt.objects.values_list()[0])

    def test_the_system_account_and_devices_never_sign_in(self, person: Account) -> None:
        for kind in (Account.Kind.SYSTEM, Account.Kind.DEVICE):
            Account.objects.filter(pk=person.pk).update(kind=kind)
            assert authenticate(username="outsider", password=PASSWORD) is None

    def test_a_closed_account_does_not_sign_in_and_its_session_ends(self, person: Account) -> None:
        services.close_account(person, at=NOON, by=services.system())
        assert authenticate(username="outsider", password=PASSWORD) is None
        assert signin.AccountBackend().get_user(person.pk) is None

    def test_passwords_are_kept_as_argon2(self, person: Account) -> None:
        assert person.password.startswith("argon2")


class TestToken:
    def test_its_bearer_is_known_until_it_is_taken_back(self, cast: Cast) -> None:
        secret = signin.token_for(cast.traffic, "卡点平板")
        assert signin.bearer(secret, now=NOON) == cast.traffic
        cast.traffic.passes.update(revoked_at=NOON)
        assert signin.bearer(secret, now=NOON) is None

    def test_it_ends_when_it_is_due_and_with_its_account(self, cast: Cast) -> None:
        secret = signin.token_for(cast.traffic, "")
        cast.traffic.passes.update(expires_at=NOON)
        assert signin.bearer(secret, now=NOON - timedelta(seconds=1)) == cast.traffic
        assert signin.bearer(secret, now=NOON) is None
        other = signin.token_for(cast.police, "")
        services.close_account(cast.police, at=NOON, by=services.system())
        assert signin.bearer(other, now=NOON) is None

    def test_a_way_in_is_no_token_and_a_token_no_way_in(self, cast: Cast) -> None:
        assert signin.bearer(signin.one_time_way_in(cast.traffic, now=NOON), now=NOON) is None
        with pytest.raises(Refusal):
            signin.use(signin.token_for(cast.traffic, ""), now=NOON)
