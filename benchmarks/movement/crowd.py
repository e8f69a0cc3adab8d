"""The people and vehicles of the benchmark, without an engine: numbers of the same seed are the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

SEED = 12
DAYS = 14
START = 1_580_572_800  # 2020-02-02 00:00 +08
OFFSET = 28_800
DAY = 86_400
SEATS = 64  # numbers of persons kept free for a vehicle
OCCUPANTS = np.array([0.36, 0.28, 0.18, 0.11, 0.07])
HABITUAL, POOL, POWER = 0.375, 3, 1.7
COACHES = 0.004
OWN, OTHER, SOURCE = 430_200, 0.004, 0.0003
OTHERS = np.array([code * 10_000 + 100 for code in (*range(11, 16), *range(21, 24), *range(31, 38), 41, *range(44, 47), *range(50, 55), *range(61, 66))])  # fmt: skip
SHOP, MARKET, OFFICE, CARRIAGE, HOTEL = 1, 2, 3, 4, 5


def splitmix64(number: np.ndarray) -> np.ndarray:
    """A pseudonym for a number: spread over all of int64, never 0, equal everywhere."""
    with np.errstate(over="ignore"):
        x = number.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed = (x ^ (x >> np.uint64(31))).astype(np.int64)
    return np.where(mixed == 0, 1, mixed)


def zipf(rng: np.random.Generator, many: int, exponent: float, size: int) -> np.ndarray:
    """Codes from 1, the first the busiest."""
    weights = np.arange(1, many + 1) ** -exponent
    return (np.searchsorted(np.cumsum(weights / weights.sum()), rng.random(size)) + 1).clip(1, many).astype(np.int32)


def unit(number: np.ndarray, salt: int) -> np.ndarray:
    """A fixed fraction in [0, 1) for each number: what a vehicle keeps from day to day."""
    return (splitmix64(number * 8 + salt).view(np.uint64) >> np.uint64(11)) / float(1 << 53)


@dataclass(frozen=True)
class Crowd:
    """Vehicles 0 … habitual pass twice a day at their own post; the next ones now and then."""

    rows: int

    @cached_property
    def trips(self) -> int:
        """Vehicle passings a day."""
        return int(self.rows / DAYS / 2.45)

    @cached_property
    def habitual(self) -> int:
        return int(HABITUAL * self.trips)

    @cached_property
    def pool(self) -> int:
        return POOL * self.trips

    @cached_property
    def posts(self) -> int:
        return max(13, int(self.rows / DAYS / 5_600))

    @cached_property
    def places(self) -> int:
        return max(400, int(self.rows / DAYS / 350))

    def rng(self, *stream: int) -> np.random.Generator:
        return np.random.default_rng([SEED, *stream])

    @cached_property
    def habits(self) -> dict[str, np.ndarray]:
        """Post and usual times of the habitual vehicles."""
        rng, n = self.rng(1), self.habitual
        return {
            "post": zipf(rng, self.posts, 0.9, n),
            "out": 27_360 + rng.normal(0, 2_700, n),
            "back": 63_720 + rng.normal(0, 3_600, n),
        }

    @cached_property
    def place_kinds(self) -> np.ndarray:
        """Kind of each place of stays, by code."""
        kinds = self.rng(2).choice(
            [SHOP, MARKET, OFFICE, CARRIAGE, HOTEL], self.places + 1, p=[0.80, 0.06, 0.06, 0.05, 0.03]
        )
        return kinds.astype(np.int8)

    def occasional(self, rng: np.random.Generator, size: int) -> np.ndarray:
        return self.habitual + (self.pool * rng.random(size) ** POWER).astype(np.int64)

    def occupants(self, vehicle: np.ndarray) -> np.ndarray:
        return np.searchsorted(np.cumsum(OCCUPANTS), unit(vehicle, 1)).clip(0, 4) + 1

    def persons(self, vehicle: np.ndarray, seat: np.ndarray) -> np.ndarray:
        return splitmix64(vehicle * SEATS + seat + (1 << 44))

    def regions(self, vehicle: np.ndarray) -> np.ndarray:
        """Own city, other provinces at .004 each, the source area at .0003, all relative to the own one's 1."""
        weights = np.concatenate([[1.0], np.full(len(OTHERS), OTHER), [SOURCE]])
        codes = np.concatenate([[OWN], OTHERS, [420_100]])
        return codes[np.searchsorted(np.cumsum(weights / weights.sum()), unit(vehicle, 2))].astype(np.int32)

    def day(self, day: int) -> dict[str, np.ndarray]:
        """The passings of one day, one row a person, in no order, and when each arrived (arrived)."""
        rng = self.rng(3, day)
        vehicle, post, second, direction = self._trips(rng)
        riders = self.occupants(vehicle)
        coach = rng.random(len(vehicle)) < COACHES
        riders[coach] = rng.integers(15, 45, int(coach.sum()))
        trip = np.repeat(np.arange(len(vehicle)), riders)
        seat = np.arange(len(trip)) - np.repeat(np.cumsum(riders) - riders, riders)
        person = self.persons(vehicle[trip], seat)
        by_coach = coach[trip]
        any_vehicle = self.occasional(rng, int(by_coach.sum()))
        person[by_coach] = self.persons(any_vehicle, np.zeros(len(any_vehicle), np.int64))
        t = (START + day * DAY + second.clip(0, DAY - 1)).astype(np.int32)[trip]
        late = rng.random(len(trip)) < 0.002
        delay = np.where(late, rng.integers(600, 36_000, len(trip)), rng.integers(1, 60, len(trip)))
        columns = {
            "t": t,
            "place": post[trip],
            "vehicle": splitmix64(vehicle + (1 << 40))[trip],
            "person": person,
            "dir": direction[trip],
            "outcome": rng.choice([1, 2, 3, 4], len(trip), p=[0.965, 0.025, 0.009, 0.001]).astype(np.int8),
            "region": self.regions(vehicle)[trip],
            "temp": rng.normal(364, 3, len(trip)).round().astype(np.int16),
            "arrived": t + delay.astype(np.int32),
        }
        return _once(columns)

    def _trips(self, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
        habits, n = self.habits, self.habitual
        rest = self.trips - 2 * n
        own = np.arange(n)
        vehicle = np.concatenate([own, own, self.occasional(rng, rest)])
        post = np.concatenate([habits["post"], habits["post"], zipf(rng, self.posts, 0.9, rest)])
        second = np.concatenate(
            [
                habits["out"] + rng.normal(0, 480, n),
                habits["back"] + rng.normal(0, 900, n),
                DAY * rng.beta(2.2, 1.8, rest),
            ]
        )
        out = np.full(n, 2, np.int8)
        direction = np.concatenate([out, out - 1, rng.integers(1, 3, rest).astype(np.int8)])
        return vehicle, post, second, direction

    def stays(self, day: int) -> dict[str, np.ndarray]:
        """The stays that began on one day, in no order."""
        rng = self.rng(4, day)
        n = self.rows // DAYS
        regular = rng.random(n) < 0.45
        vehicle = np.where(rng.random(n) < 0.5, rng.integers(0, max(1, self.habitual), n), self.occasional(rng, n))
        seat_in_car = (rng.random(n) * self.occupants(vehicle)).astype(np.int64)
        person = self.persons(vehicle, seat_in_car)
        place = zipf(rng, self.places, 0.95, n)
        favourite = self._favourites(vehicle * SEATS + seat_in_car)
        place = np.where(regular, favourite, place).astype(np.int32)
        kind = self.place_kinds[place]
        columns = {
            "t": (START + day * DAY + DAY * rng.beta(2.5, 2.2, n)).astype(np.int32),
            "place": place,
            "dur": self._durations(rng, kind),
            "person": person,
            "kind": kind,
            "seat": np.where(kind == CARRIAGE, rng.integers(1, 21, n), 0).astype(np.int16),
        }
        return _once(columns)

    def _favourites(self, number: np.ndarray) -> np.ndarray:
        weights = np.arange(1, self.places + 1) ** -0.95
        return np.searchsorted(np.cumsum(weights / weights.sum()), unit(number, 3)).clip(0, self.places - 1) + 1

    def _durations(self, rng: np.random.Generator, kind: np.ndarray) -> np.ndarray:
        n = len(kind)
        usual = rng.lognormal(np.log(2_400), 0.8, n)
        usual = np.where(kind == OFFICE, 4 * usual, usual)
        usual = np.where(kind == CARRIAGE, rng.uniform(1_200, 14_400, n), usual)
        usual = np.where(kind == HOTEL, rng.uniform(28_800, DAYS * DAY, n), usual)
        return usual.clip(1, DAYS * DAY).astype(np.int32)

    def index(self, many: int) -> dict[str, np.ndarray]:
        """Index persons with windows of seven days: every second one a habitual traveller, who passes
        fourteen times; of the others some do not pass in their window at all."""
        rng = self.rng(5, many)
        often, seldom = rng.integers(0, max(1, self.habitual), many), self.occasional(rng, many)
        vehicle = np.where(np.arange(many) % 2 == 0, often, seldom)
        person = np.unique(self.persons(vehicle, np.zeros(many, np.int64)))
        lo = START + DAY * rng.integers(0, 8, len(person))
        return {"ix": person, "lo": lo.astype(np.int32), "hi": (lo + 7 * DAY).astype(np.int32)}


def _once(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """No record twice: of rows with one natural key the first is kept."""
    order = np.lexsort([columns["person"], columns["place"], columns["t"]])
    keys = [columns[name][order] for name in ("t", "place", "person")]
    again = np.append(False, np.logical_and.reduce([key[1:] == key[:-1] for key in keys]))
    kept = np.sort(order[~again])
    return {name: column[kept] for name, column in columns.items()}
