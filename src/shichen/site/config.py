"""The post's settings file (shichen.toml): every key, its default and what it is for."""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shichen.refusal import Refusal


@dataclass(frozen=True)
class Key:
    """One setting: where it stands, its default, what it is for."""

    name: str
    default: Any
    zh: str
    en: str


KEYS = (
    Key("server.host", "127.0.0.1", "监听地址", "address to listen on"),
    Key("server.port", 8712, "监听端口", "port to listen on"),
    Key("server.workers", 2, "网页进程数", "web processes"),
    Key("server.threads", 4, "每个网页进程的线程数", "threads of each web process"),
    Key("server.allowed_hosts", ["127.0.0.1", "localhost"], "可用的主机名", "host names that are answered"),
    Key("server.https", False, "是否只经 HTTPS 访问(安全 Cookie、HSTS)", "served over HTTPS only"),
    Key("server.hsts", True, "用 HTTPS 时告诉浏览器今后只用 HTTPS", "with HTTPS, tell browsers to insist on it (HSTS)"),
    Key("database.url", "", "PostgreSQL 连接串；空则用内置数据库", "PostgreSQL URL; empty: the embedded database"),
    Key("session.idle_minutes", 30, "无操作多少分钟后退出", "minutes without a click before sign-out"),
    Key("intake.max_bytes", 1_000_000, "一份报送的最大字节数", "largest report, in bytes"),
    Key("intake.max_file_bytes", 20_000_000, "一个上传文件的最大字节数", "largest uploaded file, in bytes"),
    Key("lake.folder", "", "流水文件放在哪里；空则在本目录的 lake", "where bulk files lie; empty: lake in the home"),
    Key("lake.max_bytes", 500_000_000, "一份流水文件的最大字节数", "largest bulk file, in bytes"),
    Key("lake.keep_days", 28, "流水保留天数，到期销毁", "days that bulk rows are kept before they are destroyed"),
    Key("board.refresh_seconds", 2, "指挥板刷新间隔(秒)", "seconds between looks of an open board"),
    Key(
        "board.lead_days",
        7,
        "补货提前期(天)：容量一栏的竖线",
        "days until supplies that are ordered arrive: the line of the capacity panel",
    ),
    Key("board.moment", "", "演示钟停在何时；空则用真实时间", "where a demonstration's clock stands; empty: it runs"),
    Key("bulletins.learn", True, "读来稿时照以前的采法", "follow what was decided of the same words before"),
    Key(
        "bulletins.ranker_from",
        1000,
        "采过多少个数以后才能算候选指标的排序",
        "how many figures must have been taken before the ranker over candidates may be fitted",
    ),
    Key(
        "bulletins.suggest_after",
        3,
        "同样的更正几次以后建议一行词表",
        "how often the same correction is met before a row of a table is suggested",
    ),
    Key(
        "travellers.unit",
        "",
        "重点人员默认交哪个单位核查(机构代码)",
        "body that follows up a traveller where no district does",
    ),
    Key("travellers.due_hours", 24, "重点人员多少小时内须核查", "hours within which a traveller is followed up"),
    Key(
        "travellers.call_again_hours",
        24,
        "多少小时内不得无新理由再次致电同一人",
        "hours within which nobody is called twice without a new reason",
    ),
    Key(
        "travellers.erase_after_days",
        14,
        "管控结束多少天后销毁身份信息",
        "days after the end of control until identities are erased",
    ),
    Key(
        "passes.erase_after_days",
        60,
        "通行证到期多少天后销毁车牌与驾驶人",
        "days after a pass ran out until plate and driver are erased",
    ),
    Key(
        "lines.renumber_after_days",
        30,
        "事件结束多少天后把病例编号改作流水号",
        "days after the end of the event until senders' numbers of cases become serial numbers",
    ),
    Key("language", "zh-hans", "界面语言 zh-hans 或 en", "language of the pages: zh-hans or en"),
    Key("public.smallest_count", 5, "对外公布的最小非零数", "smallest non-zero count shown to the public"),
)
_NAMES = {key.name: key for key in KEYS}


@dataclass(frozen=True)
class Config:
    """The settings in force, each with the place it came from."""

    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


def load(path: Path | None, environment: dict[str, str] | None = None) -> Config:
    """Defaults, then the file, then the environment (SHICHEN_SERVER__PORT). Raises Refusal naming the nearest key."""
    environment = dict(os.environ) if environment is None else environment
    values = {key.name: key.default for key in KEYS}
    sources = {key.name: "default" for key in KEYS}
    if path is not None and path.exists():
        for name, value in _flat(_parsed(path)).items():
            known = _known(name, str(path))
            values[known], sources[known] = _fitting(known, value), str(path)
    for variable, text in environment.items():
        name = variable.removeprefix("SHICHEN_").lower().replace("__", ".")
        if variable.startswith("SHICHEN_") and name in _NAMES:
            values[name] = _from_text(name, text)
            sources[name] = variable
    return Config(values, sources)


def template(values: dict[str, Any] | None = None) -> str:
    """A settings file with every key commented out at its default, but for those that are given a value."""
    values = values or {}
    lines = ["# 时辰的设置；去掉行首 # 即生效。Settings of shichen; remove the # to set a key.", ""]
    section = ""
    for key in sorted(KEYS, key=lambda key: ("." in key.name, key.name)):
        head, _, last = key.name.rpartition(".")
        if head != section:
            section = head
            lines += ["", f"[{section}]"]
        mark = "" if key.name in values else "# "
        lines += [f"# {key.zh}; {key.en}", f"{mark}{last} = {_toml(values.get(key.name, key.default))}"]
    return "\n".join(lines) + "\n"


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal(f"设置文件 {path} 读不懂：{error}。改正后重试。") from None


def _flat(table: dict[str, Any], head: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{head}{name}.")
        else:
            flat[head + name] = value
    return flat


def _known(name: str, where: str) -> str:
    if name in _NAMES:
        return name
    near = difflib.get_close_matches(name, _NAMES, n=1)
    hint = f"，是否想写 {near[0]}？" if near else "。"
    raise Refusal(f"{where} 里没有名为 {name} 的设置{hint}")


def _fitting(name: str, value: Any) -> Any:
    default = _NAMES[name].default
    if isinstance(value, bool) != isinstance(default, bool) or not isinstance(value, type(default)):
        raise Refusal(f"设置 {name} 应为 {type(default).__name__}，现为 {value!r}。")
    return value


def _from_text(name: str, text: str) -> Any:
    default = _NAMES[name].default
    if isinstance(default, bool):
        return text.lower() in {"1", "true", "yes", "on"}
    if isinstance(default, int):
        try:
            return int(text)
        except ValueError:
            raise Refusal(f"设置 {name} 应为整数，现为 {text!r}。") from None
    if isinstance(default, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
