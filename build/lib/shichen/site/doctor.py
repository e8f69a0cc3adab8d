"""What is wrong with a machine and how to mend it: one finding for each thing the house stands on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shichen.documents.official import families
from shichen.site import machine, safe_sqlite

OLDEST_PYTHON = (3, 11)
OLDEST_GLIBC = (2, 28)  # the manylinux_2_28 wheels of the lock
NEEDED_TO_INSTALL = 1_500_000_000  # bytes: environment, pip's cache and the temporary copies while it installs (chosen)
NEEDED_TO_RUN = 500_000_000  # bytes free for the home: WAL, backups, the day's files (chosen)
RELEASED = datetime(2026, 1, 1, tzinfo=UTC)  # no machine with a true clock has seen this software before
NOT_LOCAL = frozenset(
    {"afs", "beegfs", "ceph", "cifs", "fuse", "fuseblk", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
)  # locks or shared memory of SQLite do not hold there
UNFIT = 3


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `needed` findings that are not `ok` keep the house shut."""

    name: str
    ok: bool
    sentence_zh: str
    sentence_en: str
    remedy_zh: str = ""
    remedy_en: str = ""
    needed: bool = True


def checks(home: Path | None, *, port: int = 8000, embedded: bool = True) -> list[Finding]:
    """Everything about this machine; `embedded` is false where the house runs on PostgreSQL."""
    return [*on_ground(machine.ground(home or machine.CHECKOUT)), *in_house(machine.household(home, port), embedded)]


def before_install(folder: Path) -> list[Finding]:
    """What must hold before an environment is built in this folder."""
    ground = machine.ground(folder)
    return [*on_ground(ground), disk(ground.free_bytes, NEEDED_TO_INSTALL), place(ground)]


def on_ground(ground: machine.Ground) -> list[Finding]:
    return [python(ground), bits(ground), libc(ground), clock(ground), not_root(ground)]


def in_house(house: machine.Household, embedded: bool) -> list[Finding]:
    return [
        disk(house.free_bytes, NEEDED_TO_RUN),
        zone(house),
        sqlite(house, embedded),
        rights(house),
        local(house, embedded),
        write_test(house),
        port_free(house),
        stamped(house),
        fonts(house),
        official_faces(house),
        browser(house),
    ]


def python(ground: machine.Ground) -> Finding:
    version = ".".join(map(str, ground.python))
    return Finding(
        "python", ground.python >= OLDEST_PYTHON, f"Python {version}", f"Python {version}",
        "安装 Python 3.11 或更新的版本（Debian 12：apt-get install python3 python3-venv）",
        "install Python 3.11 or newer (Debian 12: apt-get install python3 python3-venv)",
    )  # fmt: skip


def bits(ground: machine.Ground) -> Finding:
    return Finding(
        "64-bit", ground.bits == 64, f"Python 是 {ground.bits} 位的", f"Python is {ground.bits}-bit",
        "换用 64 位的系统和 Python", "use a 64-bit system and a 64-bit Python",
    )  # fmt: skip


def libc(ground: machine.Ground) -> Finding:
    version = ".".join(map(str, ground.glibc or ()))
    if ground.glibc is None:
        return Finding(
            "glibc", ground.system != "linux", "C 库不是 glibc", "the C library is not glibc",
            "有的组件没有这种系统的轮子；改用 Debian 12 一类的系统或容器",
            "some packages have no wheels for it; use a system like Debian 12, or a container", needed=False,
        )  # fmt: skip
    return Finding(
        "glibc", ground.glibc >= OLDEST_GLIBC, f"glibc {version}", f"glibc {version}",
        "需要 glibc 2.28 或更新的版本；升级系统或使用容器", "glibc 2.28 or newer is needed: upgrade the system, or use a container",
    )  # fmt: skip


def clock(ground: machine.Ground) -> Finding:
    shown = f"{ground.now:%Y-%m-%d %H:%M} UTC"
    return Finding(
        "clock", ground.now >= RELEASED, f"时钟：{shown}", f"clock: {shown}",
        "时钟早于本软件的发布日：证书会被拒绝，记录的时间也不可信；先校准时钟（timedatectl set-ntp true）",
        "the clock is before the release of this software: certificates fail and no recorded time can be trusted; "
        "set it first (timedatectl set-ntp true)",
    )  # fmt: skip


def not_root(ground: machine.Ground) -> Finding:
    return Finding(
        "root", not ground.root,
        "以 root 身份运行" if ground.root else "以普通用户身份运行",
        "running as root" if ground.root else "running as an ordinary user",
        "长期运行请用专门的用户和 systemd 单元", "for lasting service use a user of its own and the systemd unit", needed=False,
    )  # fmt: skip


def disk(free_bytes: int, needed_bytes: int) -> Finding:
    free, needed = f"{free_bytes / 1e9:.1f} GB", f"{needed_bytes / 1e9:.1f} GB"
    return Finding(
        "disk", free_bytes >= needed_bytes, f"磁盘余量 {free}，需要 {needed}", f"free disk {free}, {needed} needed",
        "清理磁盘，或换一个位置", "free some space, or use another place",
    )  # fmt: skip


def place(ground: machine.Ground) -> Finding:
    """The folder of the environment takes files and lets programs in it run."""
    ok = ground.writable and not ground.noexec
    why_zh = "可写、可执行" if ok else "不可写" if not ground.writable else "所在的盘以 noexec 挂载"
    why_en = "writable, programs may run" if ok else "not writable" if not ground.writable else "mounted noexec"
    return Finding(
        "place", ok, f"{ground.folder}：{why_zh}", f"{ground.folder}: {why_en}",
        "把检出放到自己有写权限、未以 noexec 挂载的目录", "put the checkout where you may write and programs may run",
    )  # fmt: skip


def zone(house: machine.Household) -> Finding:
    ok = house.shanghai == timedelta(hours=8)
    return Finding(
        "time-zone-data", ok,
        "时区数据：Asia/Shanghai 是 +8 小时" if ok else "没有（正确的）时区数据 Asia/Shanghai",
        "time zone data: Asia/Shanghai is +8 h" if ok else "no (correct) time zone data for Asia/Shanghai",
        "安装时区数据（Debian：apt-get install tzdata）", "install the time zone data (Debian: apt-get install tzdata)",
    )  # fmt: skip


def sqlite(house: machine.Household, embedded: bool) -> Finding:
    """The embedded database keeps what it acknowledged: see `safe_sqlite`."""
    seen = ", ".join(f"{name} {safe_sqlite.text(version)}" for name, version in house.sqlite.items()) or "-"
    ok = any(safe_sqlite.is_safe(version) for version in house.sqlite.values())
    return Finding(
        "sqlite", ok,
        f"SQLite（{seen}）{'安全' if ok else '：每一个都可能在 WAL 模式下丢失已提交的数据（WAL-reset bug）'}",
        f"SQLite ({seen}) {'is safe' if ok else ': each may lose committed data in WAL mode (WAL-reset bug)'}",
        "x86-64 上删去 .venv 再运行 ./shichen（装上 pysqlite3 的轮子）；其他平台请用 PostgreSQL",
        "on x86-64 delete .venv and run ./shichen again (it installs the pysqlite3 wheel); elsewhere use PostgreSQL",
        needed=embedded,
    )  # fmt: skip


def rights(house: machine.Household) -> Finding:
    """Nobody but the house's own user may look into the home."""
    if house.mode is None:
        return Finding("home-rights", True, "数据目录还没有建立", "the home is not there yet")
    ok = house.mode & 0o077 == 0 and bool(house.owned)
    owner = ("", "") if house.owned else ("，属于另一个用户", ", owned by another user")
    return Finding(
        "home-rights", ok, f"{house.home} 的权限是 {house.mode:04o}{owner[0]}",
        f"{house.home} has rights {house.mode:04o}{owner[1]}",
        f"chown 给运行的用户，再 chmod 700 {house.home}", f"chown it to the user that runs it, then chmod 700 {house.home}",
    )  # fmt: skip


def is_local(filesystem: str) -> bool:
    return filesystem not in NOT_LOCAL and not filesystem.startswith("fuse.")


def local(house: machine.Household, embedded: bool) -> Finding:
    kind = house.filesystem or "?"
    ok = is_local(house.filesystem)
    return Finding(
        "home-filesystem", ok,
        f"数据目录在本地文件系统上（{kind}）" if ok else f"数据目录在网络或用户态文件系统上（{kind}），SQLite 的锁在那里不可靠",
        f"the home is on a local filesystem ({kind})" if ok
        else f"the home is on a network or user-space filesystem ({kind}), where SQLite's locks do not hold",
        "用 --home 指到本机磁盘，或改用 PostgreSQL", "point --home at a local disk, or use PostgreSQL", needed=embedded,
    )  # fmt: skip


def write_test(house: machine.Household) -> Finding:
    return Finding(
        "write-test", house.written,
        "写入、落盘、读回：一致" if house.written else "写入数据目录失败",
        "written, flushed, read back: the same" if house.written else "the home cannot be written",
        "检查权限、配额和只读挂载", "look at rights, quota and read-only mounts",
    )  # fmt: skip


def port_free(house: machine.Household) -> Finding:
    free = house.port_free
    return Finding(
        "port", free, f"端口 {house.port} {'空闲' if free else '已被占用'}", f"port {house.port} is {'free' if free else 'taken'}",
        "如果不是本系统在运行，用 --port 换一个端口", "unless it is this house that is running, choose another one with --port",
        needed=False,
    )  # fmt: skip


def stamped(house: machine.Household) -> Finding:
    return Finding(
        "lock", house.stamped,
        "已装的组件与 requirements.lock 一致" if house.stamped else "已装的组件与 requirements.lock 不一致",
        "the installed packages are those of requirements.lock" if house.stamped
        else "the installed packages are not those of requirements.lock",
        "运行一次 ./shichen --ensure", "run ./shichen --ensure once", needed=False,
    )  # fmt: skip


def fonts(house: machine.Household) -> Finding:
    first = house.fonts[0] if house.fonts else ""
    return Finding(
        "chinese-font", bool(house.fonts), f"中文字体：{first or '没有'}", f"Chinese font: {first or 'none'}",
        "版面用自带的字体照印，只是没有粗体；Debian：apt-get install fonts-noto-cjk",
        "pages are printed in the fonts that come with it, without a bold; Debian: apt-get install fonts-noto-cjk", needed=False,
    )  # fmt: skip


def official_faces(house: machine.Household) -> Finding:
    """Which families set official documents (公文) here; for a face that is not there the serif stands in."""
    standing = families.standing(house.fonts)
    found = "、".join(f"{face} {family or '（宋体代）'}" for face, family in standing.items())
    return Finding(
        "official-faces", all(standing.values()), f"公文字体：{found}",
        "faces of official documents: " + ", ".join((one if one.isascii() else "installed") or "serif of the house" for one in standing.values()),
        "没有的字体以宋体代印，一字不缺；单位可装有授权的仿宋_GB2312、楷体_GB2312、方正小标宋简体，或 Debian：apt-get install texlive-lang-chinese fonts-lxgw-wenkai",
        "a serif stands in for a face that is missing, no character is lost; install licensed ones, or Debian: apt-get install texlive-lang-chinese fonts-lxgw-wenkai", needed=False,
    )  # fmt: skip


def glyphs(missing: Sequence[str] | None) -> Finding:
    """The names of the city's places and bodies can be printed; None where they could not be read."""
    if missing is None:
        return Finding(
            "glyphs", True, "字形：没有读到城市的地名与机构名，未核对", "glyphs: no names of the city to look at", needed=False,
        )  # fmt: skip
    named = "、".join(f"{char}(U+{ord(char):04X})" for char in missing[:20])
    return Finding(
        "glyphs", not missing,
        f"地名与机构名里缺字形的字：{named}" if missing else "地名与机构名的每个字都能印出",
        "names with characters that cannot be printed: " + ", ".join(f"U+{ord(char):04X}" for char in missing[:20])
        if missing else "every character of the city's names can be printed",
        "含有这些字的版印不出 PDF；安装收字更全的字体（Debian：apt-get install fonts-noto-cjk fonts-noto-cjk-extra）",
        "pages that hold them are refused as PDF; install a larger font (Debian: apt-get install fonts-noto-cjk fonts-noto-cjk-extra)",
        needed=False,
    )  # fmt: skip


def browser(house: machine.Household) -> Finding:
    return Finding(
        "browser", house.browser is not None, f"测试用的浏览器：{house.browser or '没有'}", f"browser for tests: {house.browser or 'none'}",
        "只有浏览器测试需要；Debian：apt-get install chromium", "only the browser tests need it; Debian: apt-get install chromium",
        needed=False,
    )  # fmt: skip


def exit_code(findings: Iterable[Finding]) -> int:
    """0, or 3 where a thing that is needed is missing."""
    return UNFIT if any(finding.needed and not finding.ok for finding in findings) else 0


def lines(findings: Iterable[Finding]) -> list[str]:
    """The findings for a person, Chinese first; remedies only where something is amiss."""
    told = []
    for finding in findings:
        mark = "✓" if finding.ok else "✗" if finding.needed else "!"
        told.append(f"{mark} {finding.sentence_zh} · {finding.sentence_en}")
        if not finding.ok:
            told += [f"    怎么办：{finding.remedy_zh}", f"    Remedy: {finding.remedy_en}"]
    return told


def as_json(findings: list[Finding]) -> str:
    """The same for a program."""
    facts = {"fit": exit_code(findings) == 0, "findings": [asdict(finding) for finding in findings]}
    return json.dumps(facts, ensure_ascii=False, indent=2)


def reviewed(review_no: str | None) -> Finding:
    """A map of areas that is shown to the public carries the number of its review (审图号); None where there is no map."""
    if review_no is None:
        return Finding("map", True, "没有导入区划图，用方格图", "no map was imported: the grid is shown", needed=False)
    return Finding(
        "map", bool(review_no),
        f"区划图的审图号：{review_no or '没有'}", f"review number of the map: {review_no or 'none'}",
        "公开登图须有审图号：用 shichen map import 文件 --review-no 审图号 重新导入，或 shichen map remove 改用方格图",
        "a map on a public page needs its review number: import it again with --review-no, or go back to the grid with "
        "shichen map remove", needed=False,
    )  # fmt: skip
