"""核对规则: those of the house are right, a post adds its own, and a wrong one says in which line, what, and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from shichen.indicators.adding import together
from shichen.reconciliation import families, inforce, ownrules, reading, rulebook
from shichen.refusal import Refusal
from tests.conftest import Cast
from tests.made import stated

OWN = """# 本地的规则
[[part]]
part = "culture.units_inspected"
whole = "culture.officers_deployed"
"""
Write = Callable[[str], None]


@pytest.fixture
def own() -> Iterator[Write]:
    """Writes the rules of the post's own, for as long as the test runs."""
    path = Path(settings.HOME.path) / rulebook.THEIRS
    written = 0

    def write(text: str) -> None:
        nonlocal written
        written += 1
        path.write_text(text, encoding="utf-8")
        stamp = path.stat().st_mtime_ns + written  # two writes within one tick of the file system's clock
        import os

        os.utime(path, ns=(stamp, stamp))

    yield write
    path.unlink(missing_ok=True)


def faults(text: str) -> list[str]:
    return [str(one) for one in reading.read(text.encode(), "reconciliation.toml").faults]


class TestTheHouse:
    def test_its_rules_can_all_be_followed(self) -> None:
        held = rulebook.rulebook()
        assert held.faults == ()
        assert len(held.rules) > 20
        assert all(rule.house and rule.line > 1 for rule in held.rules)

    def test_every_rule_can_be_said(self) -> None:
        for rule in rulebook.rulebook().rules:
            said = "".join(part.text for part in inforce.sentence(rule))
            assert "{" not in said
            assert "[" not in said
            assert "…" not in said

    def test_a_rule_says_what_it_compares_by_name(self) -> None:
        rule = next(one for one in rulebook.rulebook().rules if one.family == "sum")
        said = "".join(part.text for part in inforce.sentence(rule))
        assert said == "接送医技人员公交车、备勤公交车 之和等于 应急线路公交车"


class TestWrongRules:
    @pytest.mark.parametrize(
        ("text", "line", "words"),
        [
            ("[[parts]]\npart = 'a'\n", 1, "没有这一类规则。是否为「part」？"),
            ("\n[[part]]\npart = 'police.vehicles_checked'\n", 2, "「whole」：少了这一项。请补上 whole = …"),
            (
                "[[part]]\npart = 'police.vehicle_checked'\nwhole = 'police.vehicles_checked'\n",
                2,
                "没有名为「police.vehicle_checked」的指标。是否为「police.vehicles_checked」？",
            ),
            (
                "# x\n[[repeat]]\nkey = 'police.vehicles_checked'\n[[repeat]]\nkey = 'police.vehicles_checked'\nkeys = 1\n",
                6,
                "「keys」：这类规则没有这一项。是否为「key」？",
            ),
            ("[[sum]]\nwhole = 'police.vehicles_checked'\nparts = []\n", 3, "要列出至少一个指标"),
            ("[[rate]]\nrate = 'market.sampling_pass_rate'\ndecimals = 1.5\n", 3, "「1.5」不是整数"),
            ("[[between]]\nkey = 'market.sampling_pass_rate'\nleast = 'few'\n", 3, "「few」不是数"),
            (
                "[[overlap]]\nleft = 'traffic.posts'\nright = 'police.checkpoints'\nreason = ' '\n",
                4,
                "要写成一句话",
            ),
            (
                "[[part]]\npart = 'police.persons_checked'\nwhole = 'traffic.persons_screened'\n",
                1,
                "量词不同(人与人次)，不能相比",
            ),
            ("[part]\npart = 'a'\n", 2, "没有名为「a」的指标"),
            ("part = 3\n", 1, "规则要写成一节。请写 [[part]]"),
            ("[[part]\n", 1, "不合 TOML 的写法"),
        ],
    )
    def test_it_names_the_line_the_field_and_the_remedy(self, text: str, line: int, words: str) -> None:
        said = faults(text)
        assert any(words in one and f"第{line}行" in one for one in said), said

    def test_what_is_no_text_is_said_too(self) -> None:
        (fault,) = reading.read(b"\xff\xfe", "reconciliation.toml").faults
        assert "UTF-8" in str(fault)

    def test_things_and_persons_have_several_words_that_count_alike(self) -> None:
        text = "[[sum]]\nwhole = 'medical.staff_sent_hubei'\nparts = ['contacts.traced_new']\n"
        assert faults(text) == []


@pytest.mark.django_db
class TestOwnRules:
    def test_they_are_in_force_beside_those_of_the_house(self, own: Write) -> None:
        stated(5, "家次", key="culture.units_inspected")
        stated(4, "人次", key="culture.officers_deployed")
        own(OWN.replace("culture.officers_deployed", "culture.units_inspected"))
        rules = rulebook.rulebook().rules
        assert [rule.file for rule in rules if not rule.house] == ["reconciliation.toml"]
        (listed,) = [one for one in inforce.written(rulebook.rulebook()) if not one.house]
        assert listed.where == "reconciliation.toml:2"

    def test_a_wrong_one_is_not_followed_and_the_others_are(self, own: Write) -> None:
        own(OWN + "[[repeat]]\nkey = 'supply.masks_received'\n[[repeat]]\nkey = 'no.such'\n")
        held = rulebook.rulebook()
        assert [rule.family for rule in held.rules if not rule.house] == ["repeat"]
        assert {fault.line for fault in held.faults} == {2, 8}
        assert len([rule for rule in held.rules if rule.house]) > 20

    def test_a_wrong_one_is_a_work_item_until_it_is_mended(self, own: Write) -> None:
        own("[[repeat]]\nkey = 'no.such'\n")
        (finding,) = ownrules.rules_that_can_be_followed()
        assert "第2行" in finding.title
        assert not finding.ok
        own("[[repeat]]\nkey = 'supply.masks_received'\n")
        assert list(ownrules.rules_that_can_be_followed()) == []

    def test_two_figures_of_its_own_are_never_added(self, own: Write) -> None:
        both = [stated(3, "家", key="market.wet_markets_sampled"), stated(4, "家", key="market.supermarkets_sampled")]
        assert together(both) == 7
        own(
            "[[overlap]]\nleft = 'market.wet_markets_sampled'\nright = 'market.supermarkets_sampled'\n"
            "reason = '有的市场设在超市里。'\n"
        )
        with pytest.raises(Refusal, match="有的市场设在超市里"):
            together(both)

    def test_a_tolerance_lets_small_gaps_pass(self, own: Write) -> None:
        stated(68, "台", key="transport.emergency_buses")
        stated(67, "台", key="transport.hospital_buses")
        rule = "[[sum]]\nwhole = 'transport.emergency_buses'\nparts = ['transport.hospital_buses']\n"
        own(rule)
        assert [one.ok for one in families.sums()] == [False]
        own(rule + "tolerance = 1\n")
        assert [one.ok for one in families.sums()] == [True]

    def test_the_page_lists_every_rule_and_what_is_wrong(self, own: Write, client: Client, cast: Cast) -> None:
        own("[[repeat]]\nkey = 'no.such'\n[[repeat]]\nkey = 'supply.masks_received'\n")
        client.force_login(cast.office)  # type: ignore[arg-type]
        html = client.get("/disagreements/rules/").content.decode()
        for words in ("规则有误，未生效", "reconciliation.toml:2", "reconciliation.toml:3", "本地", "rules.toml:"):
            assert words in html
        assert html.count("<tr") > len(rulebook.rulebook().rules)
