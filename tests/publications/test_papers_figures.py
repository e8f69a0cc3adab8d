"""公文里的数: put in by key, not typed over, signed and told with the document, marked once corrected."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from shichen.city import queries as city
from shichen.city.models import Account
from shichen.disclosure.queries import told_figures
from shichen.indicators import correcting, services
from shichen.indicators.declare import Scope
from shichen.indicators.models import Appearance, Figure
from shichen.publications.models import Paper
from shichen.publications.papers import figuring, files, steps, telling, views
from shichen.refusal import Refusal
from shichen.registers.checkpoints import services as checkpoints
from shichen.registers.checkpoints.models import Tally
from tests.made import DAY, body, day_of, post, stated, tally
from tests.publications.people import person

pytestmark = pytest.mark.django_db
VEHICLES = "traffic.vehicles_checked"
NOTICE = {"code": "株防办发", "title": "关于查控的通知", "addressees": "各单位", "closing": "sealed"}
ON = date(2020, 2, 3)


@pytest.fixture
def clerk(db: None) -> Account:
    return person("ni")


@pytest.fixture
def leader(db: None) -> Account:
    return person("qian", "leader")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "made", lambda official, form, at: f"{form} {official.body}".encode())


@pytest.fixture
def figure(clerk: Account) -> Figure:
    post()
    tally(vehicles=10)
    return frozen(clerk)


def frozen(by: Account) -> Figure:
    where = Scope(city.the_city())
    return services.freeze(VEHICLES, day_of(DAY), where, reporter=body("office"), event=city.the_event(), by=by)


def drafted(by: Account, text: str = f"昨日查车{{{VEHICLES}}}。", **more: str) -> Paper:
    return steps.draft("notice", body("office"), NOTICE | {"body": text} | more, by=by)


def said(paper: Paper) -> str:
    return str(paper.wordings.order_by("-number")[0].content["body"])


def issued(paper: Paper, clerk: Account, leader: Account) -> Paper:
    seen = paper.wordings.count()
    return steps.issue(steps.send(paper, on=ON, by=clerk), seen=seen, on=ON, by=leader)


def corrected(figure: Figure, clerk: Account, leader: Account, vehicles: int = 8) -> None:
    shift = Tally.objects.latest("recorded_at", "revision")
    checkpoints.correct_tally(shift, {"vehicles": vehicles}, "复核", by=clerk)
    figure.refresh_from_db()
    correcting.decide(correcting.propose(figure, "复核", by=clerk), accept=True, by=leader)


def test_a_key_becomes_the_figure_and_prints_as_plain_words(figure: Figure, clerk: Account) -> None:
    paper = drafted(clerk)
    assert said(paper) == f"昨日查车{{10台次 {figure.pk.hex[:12]}}}。"
    assert telling.told([paper])[0].official(ON).body[0].text == "昨日查车10台次。"  # type: ignore[union-attr]


@pytest.mark.parametrize("written", ["{pk}", "/figures/{pk}/", "9台次 {head}", "10台次 {head}"])
def test_a_figure_by_its_number_or_its_address(figure: Figure, clerk: Account, written: str) -> None:
    slot = "{" + written.format(pk=figure.pk, head=figure.pk.hex[:12]) + "}"
    if written.startswith("9"):
        with pytest.raises(Refusal, match="「10台次」，不能在公文里改") as refused:
            drafted(clerk, slot)
        assert refused.value.field == "body"
    else:
        assert said(drafted(clerk, slot)) == figuring.slot(figure)


@pytest.mark.parametrize("text", ["{}", "{一二}", "#read({x})", "{a.b", "a.b}", "{{10}}", "{A.B}", "{\n}"])
def test_braces_that_hold_no_figure_stay(clerk: Account, text: str) -> None:
    assert said(drafted(clerk, f"说明：{text}")) == f"说明：{text}"
    assert figuring.printed(text) == text


@pytest.mark.parametrize("text", ["{no.such_key}", "{traffic.vehicles_checked}", "{10台次 0123456789ab}"])
def test_what_the_ledger_does_not_have_is_refused(clerk: Account, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        drafted(clerk, "查车。", attachments=f"附件：表\n{text}")
    assert refused.value.field == "attachments"


def test_a_key_is_the_last_figure_of_up_to_today(figure: Figure, clerk: Account) -> None:
    tomorrow = stated(70, "台次", key=VEHICLES, day=views.today() + timedelta(days=1))
    assert said(drafted(clerk)) == f"昨日查车{figuring.slot(figure)}。"
    assert tomorrow not in figuring.offered("车")
    assert said(drafted(clerk, f"{{{tomorrow.pk}}}")) == figuring.slot(tomorrow)


def test_a_document_holds_no_end_of_figures(clerk: Account) -> None:
    with pytest.raises(Refusal, match="最多用台账里的 200 个数"):
        drafted(clerk, "".join(f"{{a.b{n}}}" for n in range(201)))


def test_hedges_are_printed(clerk: Account) -> None:
    low = stated(50000, "个", at_least=True)
    assert figuring.says(low) == "不少于50000个"


def test_issuing_tells_its_figures_and_says_where(quick: None, figure: Figure, clerk: Account, leader: Account) -> None:
    paper = issued(drafted(clerk), clerk, leader)
    figure.refresh_from_db()
    shown = Appearance.objects.get(figure=figure)
    assert (shown.document, shown.printed, shown.place) == (paper.pk, "10台次", "正文")
    assert shown.title == "株防办发〔2020〕1号 关于查控的通知"
    assert figure.released
    assert figure.approved_by == leader


def test_what_others_had_told_stays_told_and_a_paper_tells_nobody_outside(
    quick: None, figure: Figure, clerk: Account, leader: Account
) -> None:
    outside = stated(30, "例", key="cases.confirmed_cum")
    Figure.objects.filter(pk=outside.pk).update(published_at=outside.frozen_at - timedelta(hours=1))
    assert outside in told_figures()
    issued(drafted(clerk, f"查车{{{VEHICLES}}}，病例{{{outside.pk}}}。"), clerk, leader)
    assert outside in told_figures()
    assert figure not in told_figures()


def test_a_figure_replaced_meanwhile_is_not_signed(
    quick: None, figure: Figure, clerk: Account, leader: Account
) -> None:
    paper, sent = drafted(clerk), drafted(clerk)
    steps.send(sent, on=ON, by=clerk)
    checkpoints.correct_tally(Tally.objects.get(), {"vehicles": 8}, "复核", by=clerk)
    correcting.refreeze(figure, "复核", by=clerk)
    with pytest.raises(Refusal, match="已被取代"):
        steps.send(paper, on=ON, by=clerk)
    with pytest.raises(Refusal, match="已被取代"):
        steps.issue(sent, seen=1, on=ON, by=leader)
    assert Paper.objects.filter(serial__isnull=False).count() == 0
    steps.save(paper, NOTICE | {"body": f"查车{{{VEHICLES}}}。"}, seen=1, by=clerk)
    assert said(paper).startswith("查车{8台次 ")


def test_a_correction_marks_the_page_and_leads_back_to_it(
    quick: None, client: Client, figure: Figure, clerk: Account, leader: Account
) -> None:
    paper = issued(drafted(clerk), clerk, leader)
    client.force_login(clerk)
    page = client.get(f"/papers/{paper.pk}/").content.decode()
    assert f'href="/figures/{figure.pk}/"' in page
    assert "文中的数后来有更正" not in page
    corrected(figure, clerk, leader)
    page = client.get(f"/papers/{paper.pk}/").content.decode()
    assert page.count('href="/corrections/1/"') == 2
    assert "现为8台次" in page
    assert f"/papers/{paper.pk}/" in client.get("/corrections/1/").content.decode()
    assert f"/papers/{paper.pk}/" in client.get(f"/figures/{figure.pk}/").content.decode()
    assert "10台次" in files.of(telling.told([Paper.objects.get()])[0], "pdf", ON).decode()


def test_a_figure_is_found_by_name_and_put_in(client: Client, figure: Figure, clerk: Account) -> None:
    paper = drafted(clerk, "昨日")
    at = f"/papers/{paper.pk}/"
    client.force_login(clerk)
    typed = NOTICE | {"body": "昨日查车", "seen": "1"}
    found = client.post(f"{at}save/", typed | {"find": "1", "q": "车"})
    assert found["Location"].startswith(f"{at}?q=")
    assert figuring.slot(figure) in client.get(found["Location"].partition("#")[0]).content.decode()
    client.post(f"{at}save/", typed | {"put": str(figure.pk), "seen": "2"})
    assert said(paper) == "昨日查车" + figuring.slot(figure)
    assert "台账里没有这样的数" in client.get(f"{at}?q=没有的").content.decode()
    assert figure in figuring.offered("10")
    assert figuring.offered("") == figuring.offered("11") == []
