"""Speed of the reader on real texts, on dense text and on the worst texts, each against its limit; CPU time of one core."""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import re
import sys
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))
sys.path.insert(0, str(Path(__file__).parent))

from score import SEEDS, SHARED, text_of  # noqa: E402

from shichen.prose.command import local_tables  # noqa: E402
from shichen.prose.reader import read  # noqa: E402
from shichen.prose.text import MAX_CHARACTERS, MAX_PARAGRAPH, MAX_SENTENCE  # noqa: E402
from shichen.refusal import Refusal  # noqa: E402

TARGET = 100_000
"""Characters a second of one core, for texts that people write (bulletins.md 1.2 measured 120 to 170 thousand)."""
USUAL, LONGEST = 2.0, 30.0
"""Seconds for 100,000 characters of any text, and for one bulletin: the worker's limits (bulletins.md 1.2)."""

WIDTHS = (MAX_SENTENCE - 100, MAX_PARAGRAPH - 100, MAX_CHARACTERS)
"""Lengths of a line just within what is read of a sentence and of a paragraph, and of the whole text."""

DENSE = (
    "交通组全天共检查车辆149461台次，排查人员361122人次，劝返150人次。市场组对城区21家超市和27家农贸市场开展抽检，合格率99.43%。"
    "截至2月17日24时，全市累计报告确诊病例146例，其中甲区36例（11例已治愈）、乙区32例；现有疑似病例34例。\n"
)
WORST = {
    "digits": "1",
    "numerals": "一",
    "enumeration commas": "、",
    "opening brackets": "(",
    "pairs of brackets": "(1)",
    "titles": "《",
    "blanks": "查" + " " * 99,
    "asterisks": "*",
    "all sorts of marks": "(1一、 》《查“,;",
    "open ranges": "1日-",
    "separators": "1,1",
    "one figure after another": "检查1个",
    "figures in one list": "检查车辆1台次、",
    "districts": "天元区1例、",
    "places nobody knows": "洞口区",
    "leaders": "市长张大山到",
    "units": "办公室",
    "steady rates": "9%持平",
    "verbs in the disease": "接到新冠病毒感染",
    "a figure a sentence": "1个。",
    "a figure a line": "1个\n",
    "a mark a line": "。\n",
}
REFUSED = ("1", "一", "、", "()", " ", "(1一、 》")
_CACHE = type(lru_cache(abs))
Text = tuple[str, "dt.date | None"]


def forget() -> None:
    """Empties what the reader remembers of earlier texts, so that every round reads as the first one did."""
    for one in gc.get_objects():
        if isinstance(one, _CACHE) and one.cache_parameters()["maxsize"] is not None:
            one.cache_clear()


def spent(act: Callable[[], object], rounds: int) -> float:
    """The shortest of several rounds, in seconds of CPU, so that a busy machine tells no lies."""
    found = []
    for _ in range(rounds):
        forget()
        start = time.process_time()
        act()
        found.append(time.process_time() - start)
    return min(found)


def real() -> dict[str, Sequence[Text]]:
    """Real texts by kind: each file by itself, and all the bulletins as one text."""
    if not SHARED.is_dir():
        return {}
    folder = SHARED / "bulletins"
    news = [
        (text_of(path), dt.date.fromisoformat(path.name[:10])) for path in sorted((folder / "dxynews").glob("*.txt"))
    ]
    digests: list[Text] = [(text_of(path), None) for path in sorted((folder / "digests").glob("*.txt"))]
    pages = {name: [(text_of(SHARED / "seeds" / name), covers)] for name, covers in SEEDS.items()}
    return {
        "bulletins, each alone": news,
        "digests, each alone": digests,
        "all of these as one text": [("\n".join(text for text, _ in (*news, *digests)), None)],
        **{f"document {name[:3]}": found for name, found in pages.items()},
    }


def ordinary(name: str, texts: Sequence[Text], rounds: int) -> bool:
    """One row of texts that people write; whether they are read at the target or faster."""
    tables = local_tables()
    seconds = spent(lambda: [read(text, tables, covers=covers) for text, covers in texts], rounds)
    plain = spent(lambda: [re.findall(r"\d+", text) for text, _ in texts], rounds)
    length = sum(len(text) for text, _ in texts)
    ratio = length / seconds / TARGET
    print(
        f"{name:26}{len(texts):5} texts{length:8} characters{seconds:7.2f} s{length / seconds:10,.0f} characters/s"
        f"{ratio:6.2f} × the target   (a search for \\d+: {seconds / plain:,.0f} × faster, and no reading)"
    )
    return ratio >= 1


def repeated(unit: str, width: int) -> str:
    """A text of the greatest length, in lines of one width."""
    line = (unit * (width // len(unit) + 1))[: width - 1] + "\n"
    return (line * (MAX_CHARACTERS // width + 1))[:MAX_CHARACTERS]


def worst(name: str, unit: str) -> bool:
    """One row of a bulletin of the greatest length that repeats one thing, in lines of the length read most slowly.

    Whether the worker lives.
    """
    day = dt.date(2020, 2, 2)
    texts = [repeated(unit, width) for width in WIDTHS]
    seconds = max(spent(lambda text=text: read(text, local_tables(), kind="other", covers=day), 1) for text in texts)
    allowed = USUAL * MAX_CHARACTERS / 100_000
    over = "" if seconds <= allowed else "   over the usual limit"
    print(
        f"{name:26}{MAX_CHARACTERS:8} characters{seconds:7.2f} s   {seconds / allowed:6.1%} of {allowed:.0f} s as a rule"
        f"   {seconds / LONGEST:6.1%} of the {LONGEST:.0f} s a worker lives{over}"
    )
    return seconds <= LONGEST


def refused(unit: str) -> bool:
    """One row of a text of a million characters, which is refused before it is looked at."""
    text = unit * (1_000_000 // len(unit))
    start = time.process_time()
    try:
        read(text, local_tables())
    except Refusal:
        print(f"a million of {unit!r:15} refused in {(time.process_time() - start) * 1000:.1f} ms")
        return True
    return False


def main() -> int:
    """Prints the tables; 1 where texts that people write are read more slowly than the target or a worker would die."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds over the texts that people write")
    rounds = parser.parse_args().rounds
    read("检查1个。", local_tables())
    groups = real()
    print(f"real texts (target {TARGET:,} characters a second of one core)" if groups else f"no real texts at {SHARED}")
    held = [ordinary(name, texts, rounds) for name, texts in groups.items()]
    print("dense text")
    held.append(ordinary("figures in every clause", [(DENSE * 300, None)], rounds))
    print("worst texts, of the greatest length a bulletin may have, the slowest of three ways to break them into lines")
    held += [worst(name, unit) for name, unit in WORST.items()]
    print("longer texts")
    held += [refused(unit) for unit in REFUSED]
    return 0 if all(held) else 1


if __name__ == "__main__":
    raise SystemExit(main())
