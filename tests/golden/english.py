"""A walk through every page of the demonstration in English, printed as JSON: where it came, which Chinese stood unmarked.

It runs in a process of its own, in the home of a demonstration: the tests' own settings have no records. What people wrote
in Chinese may stand on an English page, but then its element says so (lang="zh-Hans"); so it is read out as Chinese.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter, deque
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, URLResolver, get_resolver, resolve
from django.utils import timezone

from shichen.board import sightings
from shichen.city import signin
from shichen.city.models import Account
from shichen.intake import batches
from shichen.intake.models import Envelope
from shichen.jobs import running
from shichen.journal.models import Entry
from shichen.web.views import BACKEND
from tests.golden import analyses, ledger, levels, papers, persons, posts, publishing, reports, tables, taught, tracing

CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SHOWN = {"title", "aria-label", "placeholder", "alt", "label", "data-label", "data-lost", "aria-description"}
BOXES = {"text", "search", "submit", "button"}
THOROUGH, IN_PASSING = 4, 2  # pages of each sort that one person looks at
FILES = ("-json", "-csv", "-xlsx", "-pdf", "-file", "-files", "-picture", "-sheet", "-metadata")
STARTS = (
    *(
        "/",
        "/board/tiles?v=0",
        "/?wall=1",
        "/screen/",
        "/log/news?last=0",
        "/log/?day=2020-02-02",
        "/days/2020-02-02/?by=column",
        "/chronicle/?dated=data",
        "/registers/",
        "/report/",
    ),
    *(
        "/import/",
        "/bulletins/?state=all",
        "/bulletins/new/",
        "/bulletins/tables/",
        "/bulletins/checks/",
        "/disagreements/?state=all",
        "/figures/?basis=stated",
    ),
    *("/envelopes/", "/account/", "/help/", "/?as_of=2020-02-02T12:00", "/chronicle/?from=2020-02-19&to=2020-01-21"),
    *(
        "/disagreements/?as_of=2020-02-02T12:00",
        "/corrections/?as_of=2020-02-02T12:00",
        "/figures/?as_of=2020-02-02T12:00",
    ),
    *(
        "/registers/tallies/?as_of=2020-02-02T12:00",
        "/log/?as_of=2020-02-02T12:00",
        "/log/handover/?as_of=2020-02-02T12:00",
    ),
    *("/releases/?as_of=2020-02-10T12:00", "/decisions/?as_of=2020-02-10T12:00", "/envelopes/?as_of=2020-02-10T12:00"),
    *(
        "/registers/gates/?as_of=2020-02-10T12:00",
        "/days/2020-02-02/?as_of=2020-02-03T12:00",
        "/jobs/?as_of=2020-02-02",
    ),
    *(
        "/bulletins/?state=all&as_of=2020-02-10T12:00",
        "/bulletins/checks/?as_of=2020-02-10T12:00",
        "/disagreements/agreeing/?as_of=2020-02-02T12:00",
        "/disagreements/rules/?as_of=2020-02-02T12:00",
        "/log/news?as_of=2020-02-02",
    ),
    *("/registers/travellers/work/?unit=liling", "/registers/travellers/alike/", "/registers/travellers/search/"),
    *("/registers/travellers/quality/", "/registers/travellers/?state=verified", "/registers/passes/?state=issued"),
    *(
        "/registers/transport/?mode=bus",
        "/registers/transport-fleets/",
        "/registers/transport-resumptions/",
        "/alarms/",
        "/analysis/",
        "/analysis/profiles/",
        "/analysis/whatif/",
        "/analysis/whatif/new/",
        "/analysis/profiles/new/?from=measles",
        "/analysis/risk/",
        "/analysis/alarms/",
        "/analysis/alarms/rules/new/?from=signals-2020",
        "/analysis/risk/rules/new/?from=v2020-02",
        "/registers/clusters/",
    ),
    *("/registers/pass-applications/", "/registers/pass-uses/", "/passes/check/"),
    *("/log/?only=struck", "/registers/tallies/?network=nothing", "/figures/cases.confirmed_new/?from=x", "/nothing/"),
)
FAULTY = (
    "卡点,班次开始,班次结束,车辆,人员,劝返\n"
    "T01,2020-02-03 08:00,2020-02-03 16:00,12,30,1\n"
    "T01,2020-02-04 08:00,,十二辆,30,1\n"
    "没有这个卡点,2020-02-04 08:00,2020-02-04 16:00,12,30,1\n"
    "T02,2020-02-04 16:00,2020-02-04 08:00,12,30,1\n"
)
BULLETIN = "交通运输安全组：2月2日共检查车辆1200台次，劝返12人次。洞口区人民医院新增床位30张，约占三成。"
NOT_ALLOWED = ("/report/", "/bulletins/new/")


class Reader(HTMLParser):
    """The Chinese of a page that no element marks as such, and where the page leads."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = [("", False)]
        self.found: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        marked = given["lang"].startswith("zh") if "lang" in given else self.open[-1][1]
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        boxed = {"value"} if tag == "input" and given.get("type", "text") in BOXES else set()
        for name in (SHOWN | boxed) & set(given):
            if not marked and CHINESE.search(given[name]):
                self.found.append(f"<{tag} {name}> {given[name][:80]}")
        if tag not in VOID:
            self.open.append((tag, marked))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        depth = len(self.open)
        self.handle_starttag(tag, attributes)
        del self.open[depth:]

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth][0] == tag:
                del self.open[depth:]
                return

    def handle_data(self, text: str) -> None:
        tag, marked = self.open[-1]
        if tag not in ("script", "style") and not marked and CHINESE.search(text):
            self.found.append(f"<{tag}> {' '.join(text.split())[:80]}")


class Walk:
    """One person's way through the pages, in English."""

    def __init__(self, username: str | None, pages: int = IN_PASSING) -> None:
        self.pages = pages
        self.client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
        if username is not None:
            self.client.force_login(Account.objects.get(username=username), backend=BACKEND)
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        self.seen: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.chinese: dict[str, list[str]] = {}

    def everywhere(self, starts: tuple[str, ...]) -> None:
        """From some addresses on along every link, a few pages of each sort.

        Whoever is thorough asks for files too, which may be refused with a page.
        """
        waiting, met = deque(starts), set()
        while waiting:
            address, _anchor = urldefrag(waiting.popleft())
            name = name_of(address)
            few = self.pages // THOROUGH if name.endswith(FILES) else self.pages
            if address in met or max(self.seen[name], self.asked[name]) >= few:
                continue
            met.add(address)
            self.asked[name] += 1
            waiting.extend(self.look(address, self.client.get(address, follow=True)))

    def look(self, address: str, answer: Any) -> list[str]:
        """What an answer shows; where it leads within the house. Something that is no page is passed over."""
        if "html" not in answer.get("Content-Type", ""):
            return []
        chain = getattr(answer, "redirect_chain", None)
        address = chain[-1][0] if chain else address
        self.seen[name_of(address)] += 1
        reader = Reader()
        reader.feed(answer.content.decode())
        if reader.found:
            self.chinese[f"{address} {answer.status_code}"] = reader.found
        return [link for link in (urljoin(address, href) for href in reader.links) if link.startswith("/")]

    def send(self, address: str, **data: Any) -> Any:
        answer = self.client.post(address, data, follow=True)
        self.look(address, answer)
        return answer


def name_of(address: str) -> str:
    try:
        return str(resolve(urlsplit(address).path).view_name)
    except Resolver404:
        return "404"


def mistakes(walk: Walk) -> None:
    """What a person is told who fills in nothing, or the wrong things."""
    walk.send("/log/write/", text="", occurred_at="x")
    walk.send("/log/write/", text="未到的事", occurred_at="2030-01-01T00:00")
    walk.send(
        "/report/case_count/", submission="x", area="洞口区", as_of="2月30日", confirmed_new="三例", severe_now="-1"
    )
    walk.send("/report/checkpoint_tally/", submission="x", quick="", shift_start="2020-02-02T08:00", vehicles="1.5")
    walk.send("/bulletins/new/", number="x", text="", unit="没有这个机构")
    walk.send("/board/nudge/", code="nothing", on="2020-02-02")
    walk.send("/board/nudge/", code="nothing", on="x")
    walk.send("/board/clock/", act="run")
    walk.send("/board/clock/", act="begin", **{"from": "2020-02-02T08:00"}, speed="7")
    walk.send("/board/clock/", act="begin", **{"from": "2020-02-02T08:00"}, speed="60")
    walk.everywhere(("/", "/log/", "/?wall=1"))
    walk.send("/board/clock/", act="end")
    walk.send("/board/clock/", act="pause")
    walk.send("/screen/", code="WRONG")
    walk.send("/import/", kind="checkpoint_tally")
    walk.send("/import/", kind="checkpoint_tally", file=SimpleUploadedFile("卡点.xls", b"no workbook"))
    place = {"code": "M1", "name": "演示市场", "kind": "market", "area": "天元区", "opened_on": "2020-01-01"}
    walk.send("/report/place/", submission=str(uuid.uuid4()), **place)
    case = {"number": "A-1", "area": "天元区", "date_onset": "2020-01-30", "date_reporting": "2020-02-02"}
    cdc = Walk("cdc")
    cdc.send("/report/case_line/", submission=str(uuid.uuid4()), **{**case, "date_onset": "2020-02-03"})
    cdc.send("/report/case_line/", submission=str(uuid.uuid4()), **case)
    cdc.everywhere(("/registers/lines/",))
    record = next(link for link in links(cdc, "/registers/lines/") if name_of(link) == "lines-record")
    cdc.send(f"{record}correct/", date_onset="x", reason="")
    cdc.send(f"{record}void/", reason="")
    walk.chinese |= cdc.chinese
    walk.seen += cdc.seen
    record = next(link for link in links(walk, "/registers/places/") if name_of(link) == "places-record")
    walk.send(f"{record}correct/", name="", reason="")
    walk.send(f"{record}void/", reason="")
    record = next(link for link in links(walk, "/registers/tallies/") if name_of(link) == "tallies-record")
    walk.send(f"{record}correct/", vehicles="", persons="9" * 40, reason="")
    walk.send(f"{record}void/", reason="")
    entry = next(link for link in links(walk, "/log/?day=2020-02-02") if name_of(link) == "log-entry")
    walk.send(f"{entry}strike/", reason="")
    walk.send(f"{entry}correct/", text="", reason="")
    odds = next(link for link in links(walk, "/disagreements/") if name_of(link) == "disagreement")
    walk.send(f"{odds}settle/", state="", reason="")
    walk.send(f"{odds}settle/", state="explained", reason="")
    walk.send("/drafts/record/", form="case_bulletin", on="2020-02-02", seen="别的文字")
    walk.send("/bulletins/learned/forget/", saying="没有这种说法", reason="")
    walk.send("/bulletins/learned/forget/", saying="没有这种说法", reason="试")
    tables.changing(walk)
    taught.teaching(walk)
    of_its_own(walk)


def of_its_own(walk: Walk) -> None:
    """A figure of the city: what may be wrong with it, one that is declared and changed, one that is taken back."""
    meant = {"key": "night_patrols", "name": "夜间巡查次数", "unit": "次", "sort": "flow", "definition": "一趟算一次。"}
    walk.send("/figures/own/", **meant, reason="")
    for wrong in ({"key": "夜"}, {"name": "新增确诊病例"}, {"sort": ""}, {"unit": "长" * 21}):
        walk.send("/figures/own/", **{**meant, **wrong}, reason="试")
    walk.send("/figures/own/", **meant, reason="通报里常有")
    walk.send("/figures/own/", **meant, reason="再来一次")
    walk.send("/figures/own/", **{**meant, "definition": "一队一趟算一次。"}, reason="说清楚")
    walk.everywhere(("/figures/own/", "/figures/city.night_patrols/"))
    walk.send("/figures/own/take-back/", key="city.night_patrols", reason="")
    walk.send("/figures/own/take-back/", key="city.night_patrols", reason="试过了")
    walk.send("/figures/own/take-back/", key="city.night_patrols", reason="再撤")


def reviewing(walk: Walk) -> None:
    """A bulletin with a name that is none, a number that was missed, and what a reviewer may get wrong."""
    sent = walk.send("/bulletins/new/", number=str(uuid.uuid4()), text=BULLETIN, covers="2020-02-02", unit="")
    page = sent.content.decode()
    address = sent.redirect_chain[-1][0]
    for act in re.findall(r'action="(/bulletins/[^"]+/(?:figures|entries)/[^"]+)"', page):
        walk.send(act, act="", version="1", column="无此栏", raw="九百九十九", value="1", reason="")
        walk.send(act, act="edit", version="9", indicator="no.such", period="day", value="x", on="昨天")
        if "/figures/" in act:
            walk.send(act, act="accept", version="1")
            walk.send(act, act="edit", version="1", period="day", value="3", reason="试")
        elif act.endswith("/accept/"):
            walk.send(act.replace("/accept/", "/undo/"), version="1")
    walk.everywhere((address,))
    reissued(walk, address)


def reissued(walk: Walk, former: str) -> None:
    """The same bulletin with one number put right, beside the former, and in its place; the second time that is refused."""
    text = BULLETIN.replace("1200台次", "12000台次")
    sent = walk.send("/bulletins/new/", number=str(uuid.uuid4()), text=text, covers="2020-02-02", unit="")
    later = sent.redirect_chain[-1][0]
    other = former.rstrip("/").rsplit("/", 1)[-1]
    walk.everywhere((later, f"{later}beside/{other}/"))
    for _turn in range(2):
        walk.send(f"{later}replaces/{other}/")
    walk.everywhere((former,))


def importing(walk: Walk) -> None:
    """A table in Chinese, half of it to mend: its columns, the trial, what was taken, a row to mend, the file again."""
    upload = walk.send("/import/", kind="checkpoint_tally", file=SimpleUploadedFile("班次.csv", FAULTY.encode()))
    address = upload.redirect_chain[-1][0]
    fields = ("post", "shift_start", "shift_end", "vehicles", "persons", "turned_back")
    columns = {f"column-{place}": name for place, name in enumerate(fields)}
    walk.send(address, act="try", **columns)
    taken = walk.send(address, act="take", **columns)
    number = taken.redirect_chain[-1][0].rstrip("/").rsplit("/", 1)[-1]
    walk.everywhere((f"/report/done/{number}/", f"/envelopes/{number}/", f"/envelopes/{number}/contents/", address))
    mends = [link for link in links(walk, f"/envelopes/{number}/") if name_of(link) == "mend"]
    walk.send(mends[0], act="mend", post="T01", reason="")
    walk.send(mends[0], act="void", reason="重复")
    walk.send(f"/envelopes/{number}/replay/")
    walk.send("/import/", kind="checkpoint_tally", file=SimpleUploadedFile("班次.csv", FAULTY.encode()))


def at_the_desk(walk: Walk) -> None:
    """A note with a file and a next update, one that goes on from it, a pin, a watch handed over; and what goes wrong."""
    said = {"text": "医院床位137张待核。", "next_update": "2020-02-02T23:30", "occurred_at": ""}
    walk.send("/log/write/", **said, attachment=SimpleUploadedFile("床位.pdf", b"%PDF-1.4 x"))
    sightings.read_new(timezone.now())
    entry = f"/log/{Entry.objects.filter(text=said['text']).values_list('id', flat=True)[0]}/"
    for address in (f"{entry}pin/", f"{entry}pin/"):
        walk.send(address)
    for address in ("/log/", "/log/?only=due", entry, "/log/handover/?span=24", "/", f"/log/?follows={entry[5:-1]}"):
        links(walk, address)
    a_number(walk, entry)
    walk.send("/log/write/", text="x", next_update="2020-01-01T00:00", attachment=SimpleUploadedFile("x.exe", b"MZ"))
    walk.send("/log/write/", text="x", attachment=SimpleUploadedFile("x.doc", b"%PDF-1.4 x"))
    walk.send("/log/handover/sign/", note="长" * 401)
    signed = walk.send("/log/handover/sign/", note="夜里有雪。", span="24").redirect_chain[-1][0]
    walk.send(f"{signed}take/")
    links(walk, signed)


def a_number(walk: Walk, entry: str) -> None:
    """A number of the note: opened, put in wrongly, taken, taken once more; its entry and its trace."""
    number = next(link for link in links(walk, entry) if name_of(link) == "log-number")
    links(walk, number)
    given = {"act": "take", "unit": "张", "indicator": "", "subject": "床位", "period": "page", "area": "", "on": ""}
    for wrong in ({"act": ""}, {"area": "无此地"}, {"on": "1900-01-01"}, {"value": "x"}, {"value": "9"}):
        walk.send(number, **{**given, "value": "137", **wrong})
    walk.send(number, **given, value="137", reason="核过")
    walk.send(number, **given, value="137")
    links(walk, number)
    for link in links(walk, entry):
        if name_of(link) == "figure":
            links(walk, link)


def in_the_background(walk: Walk) -> None:
    """A replay in the background: while it waits, when it is done, and acts that come too late."""
    held = Envelope.objects.filter(state="held").first()
    assert held is not None
    job = batches.begin_replay(held, by=Account.objects.get(username="duty"))
    for address in (f"/jobs/{job.pk}/", f"/jobs/{job.pk}/progress", "/jobs/"):
        links(walk, address)
    while running.run_next(timezone.now()):  # the analyses of the demonstration wait before it
        pass
    for act in ("cancel", "again"):
        walk.send(f"/jobs/{job.pk}/{act}/")
    links(walk, f"/jobs/{job.pk}/")


def links(walk: Walk, address: str) -> list[str]:
    return walk.look(address, walk.client.get(address))


def main() -> None:
    duty, reporter, stranger = Walk("duty", THOROUGH), Walk("traffic"), Walk(None)
    at_the_desk(duty)
    duty.everywhere(STARTS)
    importing(duty)
    in_the_background(duty)
    reviewing(duty)
    posts.at_the_posts(duty)
    mistakes(duty)
    reporter.everywhere(STARTS)
    token = city_pass()
    stranger.everywhere(("/signin/", f"/enter/{token}/", "/enter/used/", "/help/"))
    stranger.send("/signin/", username="nobody", password="wrong")
    auditor = Walk("auditor")
    auditor.everywhere(NOT_ALLOWED)
    walks = (
        duty,
        reporter,
        stranger,
        auditor,
        *publishing.walked(Walk),
        *papers.walked(Walk),
        *reports.walked(Walk),
        *ledger.walked(Walk),
        *persons.walked(Walk),
        *tracing.walked(Walk),
        *analyses.walked(Walk),
        *levels.walked(Walk),
    )
    print(
        json.dumps(
            {
                "seen": sorted(set().union(*(walk.seen for walk in walks))),
                "addresses": sorted(addresses(get_resolver().url_patterns)),
                "chinese": {address: found for walk in walks for address, found in walk.chinese.items()},
            }
        )
    )


def addresses(patterns: list[Any]) -> set[str]:
    """The names of all addresses outside the API."""
    found: set[str] = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            found |= set() if str(one.pattern).startswith("api") else addresses(one.url_patterns)
        else:
            found.add(str(one.name))
    return found


def city_pass() -> str:
    """A one-time way in, to see its page."""
    return signin.one_time_way_in(Account.objects.get(username="reviewer"), now=timezone.now())
