"""Single passings for the kill trials: entered, put right and taken out between two watches, then sealed into bulk rows."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MADE = 300
CHANGED = 20


@dataclass
class Singles:
    """What was entered and still stands: of each passing its number, its moment and its post. The parent of the trials keeps it."""

    first: datetime
    days: int
    posts: int
    random: random.Random
    standing: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    fresh: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    moved: dict[str, datetime] = field(default_factory=dict)
    struck: list[str] = field(default_factory=list)
    watch: int = 0
    moments: set[int] = field(default_factory=set)

    def plan(self) -> None:
        """What the next watch brings: new ones, and old ones that are put right or taken out."""
        old = sorted(self.standing)
        chosen = self.random.sample(old, min(CHANGED, len(old)))
        self.struck = chosen[::2]
        self.moved = {one: self._moment() for one in chosen[1::2]}
        self.fresh = {
            str(uuid.UUID(int=self.random.getrandbits(128))): (self._moment(), f"K{self.random.randrange(self.posts)}")
            for _ in range(MADE)
        }
        for one in self.struck:
            del self.standing[one]
        for one, moment in self.moved.items():
            self.standing[one] = (moment, self.standing[one][1])
        self.standing |= self.fresh
        self.watch += 1

    @property
    def entered(self) -> datetime:
        """When they were entered: in watches one after another, long after they happened."""
        return self.first + timedelta(days=15, hours=2 * self.watch)

    def enter(self) -> None:
        """In the database, as the acts of the register do it."""
        from shichen.audit.context import acting
        from shichen.city import queries as city
        from shichen.city import services as accounts
        from shichen.records import services as records
        from shichen.registers.checkpoints import passings
        from shichen.registers.checkpoints.models import Passing, Post

        system, event = accounts.system(), city.the_event()
        posts = {post.code: post for post in Post.objects.current().select_related("network__run_by", "area")}
        with acting("job", moment=self.entered):
            for number, (moment, code) in self.fresh.items():
                post = posts[code]
                made = Passing(
                    client_id=number,
                    post=post,
                    network=post.network,
                    occurred_from=moment,
                    vehicles=1,
                    persons=1 + int(number[0], 16) % 4,
                    outcome="passed",
                    watch="子",
                )
                records.begin(
                    made,
                    unit=post.network.run_by,
                    area=post.area,
                    event=event,
                    reported_at=self.entered,
                    envelope=None,
                    row_no=1,
                    by=system,
                )
                made.save(force_insert=True)
            for number, moment in self.moved.items():
                old = Passing.objects.current().get(client_id=number)
                passings.correct(old, {"occurred_from": moment}, "试验", by=system)
            for number in self.struck:
                passings.void(Passing.objects.current().get(client_id=number), "试验", by=system)

    def seal(self) -> None:
        """As the clock does it, two hours on."""
        from shichen.audit.context import acting
        from shichen.registers.checkpoints import sealing

        at = self.entered + timedelta(hours=2)
        with acting("job", moment=at):
            sealing.seal(at)

    def unsettled(self) -> int:
        """After the seal: passings that stand and are in no file, and versions that do not stand and are still in one."""
        from shichen.registers.checkpoints import sealing

        return int(sealing.hot().count())

    def _moment(self) -> datetime:
        """A second that no other has: two without a plate in one second are two, and would look like one counted twice."""
        second = self.random.randrange(self.days * 86_400)
        while second in self.moments:
            second = self.random.randrange(self.days * 86_400)
        self.moments.add(second)
        return self.first + timedelta(seconds=second)
