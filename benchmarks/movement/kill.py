"""kill −9 at random moments of loading, sealing, compaction, withdrawal and expiry of bulk rows: lost, doubled, torn, left over (F1, F7).

    python -m benchmarks.movement.kill [TRIALS] [SEED]

One lake goes through all trials. Each trial forks a process that is doing one act, kills it at a random moment of the time the act
takes, and then lets a process that is not killed take up what is waiting, as the clock does. What the lake holds then must be exactly
the records of every file that was sent and not withdrawn or destroyed, and every single passing that stands, each once, in files whose
bytes are those of the manifest. Acts load their modules anew in each process: the source must not be edited while trials run.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.movement.singles import Singles
from benchmarks.trust.house import prepared

ROWS = 4_000
POSTS = 6
DAYS = 6
FIRST = datetime(2020, 2, 2, tzinfo=UTC)
HEAD = "时间,卡点,车牌,证件号码,处置"


@dataclass
class Report:
    """What became of the trials. All but the first four must be nought."""

    trials: int = 0
    killed: int = 0
    taken_up: int = 0  # loads that a later process brought to their end
    rows: int = 0
    lost: int = 0
    doubled: int = 0
    torn: int = 0
    left: int = 0
    counts: int = 0  # loads whose counts do not add up
    by_act: dict[str, int] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.torn or self.left or self.counts)


class Sender:
    """Makes files; some of the rows of each were in an earlier one."""

    def __init__(self, seed: int) -> None:
        self.random, self.rows = random.Random(seed), []

    def file(self) -> tuple[bytes, set[tuple[str, str, str]]]:
        made = []
        for number in range(ROWS):
            if self.rows and number % 5 == 0:
                made.append(self.random.choice(self.rows))
                continue
            at = FIRST + timedelta(seconds=self.random.randrange(DAYS * 86_400))
            made.append(
                (f"{at:%Y-%m-%d %H:%M:%S}", f"K{self.random.randrange(POSTS)}", f"E{self.random.randrange(10**8):08}")
            )
        self.rows += made
        text = "\n".join([HEAD, *(f"{at},{post},,{who},放行" for at, post, who in made), ""])
        return text.encode(), set(made)


@contextmanager
def forked(act: Callable[[], Any]) -> Any:
    """A process that does an act; it does not return here."""
    process = os.fork()
    if process == 0:
        code = 0
        try:
            act()
        except BaseException:
            traceback.print_exc()
            code = 1
        finally:
            os._exit(code)
    yield process


def finished(act: Callable[[], Any]) -> float:
    """Seconds that an act takes in a process that is left alone."""
    began = time.monotonic()
    with forked(act) as process:
        if os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) != 0:
            raise AssertionError("an act that nobody killed failed")
    return time.monotonic() - began


def killed(act: Callable[[], Any], after: float) -> bool:
    """Whether the act was still going on when its process was killed."""
    with forked(act) as process:
        time.sleep(after)
        os.kill(process, signal.SIGKILL)
        return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def run(trials: int, seed: int) -> Report:
    """All trials, in a home of their own."""
    with tempfile.TemporaryDirectory(prefix="shichen-kill-") as folder, prepared(Path(folder), posts=POSTS) as house:
        os.environ.update(house.environment)
        import django

        django.setup()
        for name in ("loading", "keeping", "comparing", "sealing"):
            importlib.import_module(f"shichen.records.bulk.{name}")  # once, not in every process that is forked
        importlib.import_module("shichen.records.engine")
        return Trials(house.home, seed).run(trials)


class Trials:
    """One lake, and what it must hold."""

    def __init__(self, home: Path, seed: int) -> None:
        self.home, self.seed = home, seed
        self.random, self.sender = random.Random(seed), Sender(seed)
        self.report = Report()
        self.sent: list[tuple[Path, set[tuple[str, str, str]]]] = []
        self.usual = {"load": 1.0, "compact": 0.5, "withdraw": 0.5, "expire": 0.3, "again": 0.8, "seal": 0.5}
        self.singles = Singles(FIRST, DAYS, POSTS, random.Random(seed + 1))
        self.before: datetime | None = None

    def run(self, trials: int) -> Report:
        for trial in range(trials):
            try:
                name = self._trial(trial)
            except BaseException:
                self._keep()
                raise
            print(
                json.dumps({"trial": trial + 1, "act": name, "clean": self.report.clean}), file=sys.stderr, flush=True
            )
            if not self.report.clean:  # the first is looked into; what comes after it says nothing more
                self._keep()
                break
        return self.report

    def _trial(self, trial: int) -> str:
        name, act = self._act(trial)
        self.report.trials += 1
        self.report.by_act[name] = self.report.by_act.get(name, 0) + 1
        self.report.killed += killed(act, self.random.random() * self.usual[name])
        self.usual[name] = 0.7 * self.usual[name] + 0.3 * finished(self._take_up(name))
        self.report.taken_up += int((self.home / "taken-up").read_text())
        self._check()
        return name

    def _keep(self) -> None:
        print(f"kept: {shutil.copytree(self.home, tempfile.mkdtemp(), dirs_exist_ok=True)}", file=sys.stderr)

    def _act(self, trial: int) -> tuple[str, Callable[[], Any]]:
        name = (
            self.random.choices(("load", "again", "seal", "compact", "withdraw", "expire"), (5, 2, 6, 4, 1, 1))[0]
            if self.sent
            else "load"
        )
        if name == "withdraw" and len(self.sent) < 3:
            name = "compact"
        if name == "load":
            data, rows = self.sender.file()
            path = self.home / f"sent-{trial}.csv"
            path.write_bytes(data)
            self.sent.append((path, rows))
        if name == "withdraw":
            self.gone = self.sent.pop(self.random.randrange(len(self.sent)))
        if name == "seal":
            self.singles.plan()
            finished(self.singles.enter)
        if name == "expire":
            self.before = max(self.before or FIRST, FIRST + timedelta(days=self.random.randrange(0, 2)))
        return name, self._do(name)

    def _do(self, name: str) -> Callable[[], Any]:
        """One act, as its command does it."""

        def act() -> None:
            from shichen.audit.context import acting

            with acting("cli", moment=FIRST + timedelta(days=20)):
                if name == "load":
                    self._load(self.sent[-1][0])
                elif name == "again":
                    self._load(self.random.choice(self.sent)[0])
                else:
                    getattr(self, f"_{name}")()

        return act

    def _load(self, path: Path) -> None:
        from shichen.city import queries as city
        from shichen.city import services
        from shichen.records.bulk.receiving import Delivery
        from shichen.registers.loads import services as loads

        office, area, event = city.the_office(), city.the_city(), city.the_event()
        delivery = Delivery("passings", [path.read_bytes()], path.name, "cli", office, area, event)
        loads.work(loads.receive(delivery, by=services.system())[0])

    def _seal(self) -> None:
        self.singles.seal()

    def _compact(self) -> None:
        from shichen.registers.loads import services as loads

        loads.compact()

    def _withdraw(self) -> None:
        import hashlib

        from shichen.city import services
        from shichen.records.manifest import Load
        from shichen.registers.loads import services as loads

        digest = hashlib.sha256(self.gone[0].read_bytes()).hexdigest()
        load = Load.objects.filter(digest=digest).first()
        if load is not None and load.state == Load.State.COMMITTED:
            loads.withdraw(load, "试验", by=services.system())

    def _expire(self) -> None:
        from django.conf import settings

        from shichen.records.bulk import keeping

        keep, at = timedelta(days=28), (self.before or FIRST) + timedelta(days=28)
        keeping.expire(settings.LAKE, settings.KEYRING, keep, at=at)

    def _take_up(self, name: str) -> Callable[[], Any]:
        """What the clock and whoever sent it do after a crash: the work that waits, then the same act once more, then a sweep."""

        def act() -> None:
            from django.conf import settings
            from django.utils import timezone

            from shichen.audit.context import acting
            from shichen.records import leases
            from shichen.records.bulk import keeping
            from shichen.records.manifest import Lease
            from shichen.registers.loads import services as loads

            Lease.objects.all().delete()  # as their time would have run out
            assert timedelta(minutes=5) > leases.LASTS
            with acting("job", moment=FIRST + timedelta(days=20)):
                waiting = loads.waiting(timezone.now() + timedelta(days=36_500))
                for load in waiting:
                    loads.work(load)
                (self.home / "taken-up").write_text(str(len(waiting)))
            if name != "again":
                self._do(name)()
            if self.before is not None:
                self._expire()  # what came again of days that were destroyed goes again
            keeping.sweep(settings.LAKE, before=timezone.now() + timedelta(minutes=1))

        return act

    def _check(self) -> None:
        """Looks in a process of its own, so that nothing of this one is left over from it."""
        target = self.home / "looked.json"
        finished(lambda: target.write_text(json.dumps(self._looked())))
        found = json.loads(target.read_text())
        self.report.rows = found["rows"]
        for name in ("lost", "doubled", "torn", "left", "counts"):
            setattr(self.report, name, getattr(self.report, name) + found[name])

    def _looked(self) -> dict[str, int]:
        from django.conf import settings
        from django.utils import timezone

        from shichen.records.bulk import keeping
        from shichen.records.engine import LakeEngine
        from shichen.records.manifest import Load

        expected = {self._key(*row) for _, rows in self.sent for row in rows}
        expected |= {(int(at.timestamp()), self._places[post], 0) for at, post in self.singles.standing.values()}
        if self.before is not None:
            cut = (self.before.astimezone(UTC).date()).toordinal()
            expected = {one for one in expected if self._day(one[0]) >= cut}
        found: dict[str, list[tuple[int, int, int]]] = {}
        engine = LakeEngine(keeping.view(settings.LAKE))
        for table in ("passings_by_place", "passings_by_person"):
            columns = engine.ask(f"select t, place, person from {table}")
            found[table] = list(zip(*(columns[name].tolist() for name in ("t", "place", "person")), strict=True))
        rows = found["passings_by_place"]
        verified = keeping.verify(settings.LAKE, at=timezone.now(), deep=True)
        committed = Load.objects.filter(state=Load.State.COMMITTED)
        return {
            "rows": len(rows),
            "lost": len(expected - set(rows)) + len(set(rows) ^ set(found["passings_by_person"])),
            "doubled": len(rows) - len(set(rows)) + len(set(rows) - expected),
            "torn": len(verified.damaged),
            "left": len(verified.orphans),
            "counts": sum(
                one.read != one.taken + one.duplicate + one.rejected
                or (one.channel != Load.SEALED and one.read != ROWS)
                for one in committed
            )
            + self.singles.unsettled(),
        }

    def _key(self, at: str, post: str, who: str) -> tuple[int, int, int]:
        from django.conf import settings

        from shichen import watches
        from shichen.records import pseudonyms

        t = int(datetime.fromisoformat(at).replace(tzinfo=watches.SHANGHAI).timestamp())
        return t, self._places[post], pseudonyms.made(settings.KEYRING, "person", who, t)

    @property
    def _places(self) -> dict[str, int]:
        if not hasattr(self, "_known"):
            from shichen.city import queries as city
            from shichen.registers.checkpoints import bulk

            self._known = {word: place for word, place, *_ in bulk.words_of(city.the_office())}
        return self._known

    @staticmethod
    def _day(t: int) -> int:
        from shichen import watches

        return watches.local(datetime.fromtimestamp(t, UTC)).date().toordinal()


def main() -> None:
    trials, seed = (int(sys.argv[n]) if len(sys.argv) > n else default for n, default in ((1, 20), (2, 12)))
    began = time.monotonic()
    report = run(trials, seed)
    print(
        json.dumps({**asdict(report), "clean": report.clean, "seed": seed, "seconds": round(time.monotonic() - began)})
    )
    sys.exit(0 if report.clean else 1)


if __name__ == "__main__":
    main()
