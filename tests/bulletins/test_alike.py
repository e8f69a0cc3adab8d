"""同稿：收到两次，更正重发，两家说同一天；并排看，数在前；重发的替换先前的。"""

from __future__ import annotations

import pytest
from django.test import Client

from shichen.audit.context import now
from shichen.audit.models import Trail
from shichen.bulletins import alike, checks, replacing, services
from shichen.bulletins.models import Bulletin, Proposal
from shichen.bulletins.services import Placing
from shichen.city import services as accounts
from shichen.city.scope import Sight, sight
from shichen.indicators.models import Figure
from shichen.refusal import Refusal
from tests.conftest import Cast
from tests.intake.doors import signed_in, words
from tests.made import DAY, bulletin

pytestmark = pytest.mark.django_db

FIRST = (
    "交通运输安全组报告，全天共检查车辆14946台次，劝返150人次。\n"
    "市教育局报告，开设线上课程12门，学生都在家里上课，老师按课表辅导。"
)
AGAIN = FIRST.replace("14946", "149461")


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast, "office")


@pytest.fixture
def reach(cast: Cast) -> Sight:
    return sight(cast.office, "view", at=now())  # type: ignore[arg-type]


def made(text: str, **more: str) -> Bulletin:
    return Bulletin.objects.get(envelope=bulletin(text, **more).envelope)


def accepted(one: Bulletin, ordinal: int) -> None:
    entry = one.entries.get(ordinal=ordinal)
    services.accept(entry, Placing(), version=entry.version, by=accounts.system())


def test_a_corrected_reissue_is_found_with_how_many_numbers_differ(reach: Sight) -> None:
    former, later = made(FIRST), made(AGAIN)
    (found,) = alike.of(later, reach)
    assert (found.kind, found.other, found.differing) == (alike.REISSUE, former, 1)
    (back,) = alike.of(former, reach)
    assert back.other == later


def test_the_same_text_twice_and_another_day_or_text(reach: Sight) -> None:
    former, later = made(FIRST), made(FIRST)
    assert [one.kind for one in alike.of(later, reach)] == [alike.TWICE]
    made(FIRST, covers=DAY.replace(day=3))  # type: ignore[arg-type]
    made("市教育局报告，开设线上课程12门。")
    assert [one.other for one in alike.of(later, reach)] == [former]


def test_two_agencies_of_one_day_are_laid_side_by_side(reach: Sight) -> None:
    ours, theirs = made(FIRST), made("市交警支队报告，全天共检查车辆15000台次。", unit="publicity-group")
    assert [(one.kind, one.differing) for one in alike.of(ours, reach)] == [(alike.OTHERS, 1)]
    pair = alike.Shelf.of([ours, theirs]).pairs(ours, theirs)[0]
    assert pair.left is not None
    assert pair.right is not None
    assert (pair.left.value, pair.right.value) == (14946, 15000)


def test_side_by_side_shows_numbers_first_then_the_text(office: Client) -> None:
    former, later = made(FIRST), made(AGAIN)
    answer = office.get(f"/bulletins/{former.pk}/beside/{later.pk}/")
    said = words(answer)
    assert answer.status_code == 200
    assert said.index("149,461") < said.index("全天共检查车辆")
    assert "1 个不同" in said
    assert answer.context["pairs"][0].both
    assert not answer.context["pairs"][0].same
    assert f"/bulletins/{later.pk}/beside/{former.pk}/" in office.get(f"/bulletins/{later.pk}/").content.decode()
    assert office.get(f"/bulletins/{former.pk}/beside/{former.pk}/").status_code == 404


def test_a_reissue_replaces_the_former_what_was_decided_stays(office: Client) -> None:
    former, later = made(FIRST), made(AGAIN)
    accepted(former, 1)
    answer = office.post(f"/bulletins/{later.pk}/replaces/{former.pk}/", follow=True)
    former.refresh_from_db()
    later.refresh_from_db()
    assert (former.state, later.state, later.replaces_id) == ("closed", "waiting", former.pk)
    states = dict(Proposal.objects.filter(entry__bulletin=former).values_list("raw", "state"))
    assert states == {"14946台次": "accepted", "150人次": "accepted", "12门": "replaced"}
    assert Figure.objects.filter(value=14946, successor=None).exists()
    assert "走更正" in words(answer)
    assert "14,946" in words(answer)
    row = Trail.objects.get(action="replace")
    assert (row.subject, row.rows) == (str(former.pk), 1)
    assert "已由后来的一份替换" in words(office.get(f"/bulletins/{former.pk}/"))


def test_replacing_is_done_once_by_the_later_of_the_same_unit(office: Client, cast: Cast) -> None:
    former, later = made(FIRST), made(AGAIN)
    other = made(FIRST, unit="publicity-group")
    with pytest.raises(Refusal, match="同一单位"):
        replacing.replace(later, other, by=cast.office)  # type: ignore[arg-type]
    replacing.replace(later, former, by=cast.office)  # type: ignore[arg-type]
    assert office.post(f"/bulletins/{later.pk}/replaces/{former.pk}/").status_code == 409
    assert signed_in(cast, "traffic").post(f"/bulletins/{later.pk}/replaces/{former.pk}/").status_code == 403


def test_what_was_replaced_is_not_decided_any_more(cast: Cast) -> None:
    former, later = made(FIRST), made(AGAIN)
    one = Proposal.objects.get(entry__bulletin=former, raw="12门")
    replacing.replace(later, former, by=cast.office)  # type: ignore[arg-type]
    one = Proposal.objects.get(pk=one.pk)
    with pytest.raises(Refusal, match="已替换"):
        services.decide(one, Proposal.State.ACCEPTED, version=one.version, by=cast.office)  # type: ignore[arg-type]


def test_a_reissue_is_a_matter_of_reconciliation_until_it_is_marked(cast: Cast) -> None:
    former, later = made(FIRST), made(AGAIN)
    (finding,) = checks.reissued()
    assert not finding.ok
    assert finding.title.endswith("又发了一份大体相同的来稿，1个数不同")
    assert [side.href for side in finding.sides] == [f"/bulletins/{former.pk}/", f"/bulletins/{later.pk}/"]
    replacing.replace(later, former, by=cast.office)  # type: ignore[arg-type]
    (again,) = checks.reissued()
    assert again.ok
    assert again.matter == finding.matter


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (["甲乙丙丁戊"], ["甲乙丙丁戊"], True),
        (["甲乙丙丁戊己"], ["甲乙丙丁戊庚"], True),
        (["甲乙丙丁戊"], ["子丑寅卯辰"], False),
        ([], ["子丑寅卯辰"], False),
        (["甲乙丙丁戊", "子丑寅卯辰"], ["甲乙丙丁戊", "一二三四五", "六七八九十"], False),
    ],
)
def test_mostly_the_same_is_counted_in_letters(left: list[str], right: list[str], same: bool) -> None:
    assert alike.mostly(left, right) is same
