"""Documents made from the code: figures, reports, settings, permissions, addresses; stale ones fail the build."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from shichen.city import privacy
from shichen.city.roles import ACTIONS, DATA_CLASSES, ROLES
from shichen.indicators import declare, definitions
from shichen.intake import kinds
from shichen.site import config, profile_shape
from shichen.web import glossary
from shichen.web.past import Past, past_of
from shichen.web.policy import Policy, policy_of

FOLDER = Path(__file__).parents[3] / "docs" / "reference"
PASTS = {Past.THEN: "`?as_of=`", Past.FIXED: "不变 fixed", Past.NOW: "现在 now", None: ""}
HEAD = "<!-- 由代码生成：shichen docs。Made from the code by `shichen docs`; do not edit. -->\n"


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    made: dict[str, Callable[[], str]] = {
        "figures.md": figures,
        "reports.md": reports,
        "settings.md": settings_,
        "profile.md": profile,
        "permissions.md": permissions,
        "fields.md": fields,
        "addresses.md": addresses,
        "glossary.md": terms,
    }
    return {name: HEAD + "\n" + page() for name, page in made.items()}


def write(folder: Path = FOLDER) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in pages()]


def log_new_figures() -> None:
    """Write the versions with which new figures begin into the change log of definitions."""
    text = definitions.FILE.read_text(encoding="utf-8")
    made = definitions.with_new(text, declare.declared().values())
    if made != text:
        definitions.FILE.write_text(made, encoding="utf-8")
        definitions.log.cache_clear()


def silent_changes() -> list[str]:
    """Definitions that were changed without a word in their change log (口径改动未写明)."""
    return definitions.faults(declare.declared().values())


def stale(folder: Path = FOLDER) -> list[str]:
    """The pages that no longer say what the code says."""
    return [name for name, text in pages().items() if not _same(folder / name, text)]


def figures() -> str:
    rows = [
        (
            f"`{one.key}`",
            one.name,
            one.name_en,
            one.unit,
            declare.SORTS_ZH[one.sort],
            "实算" if one.computed else "报称",
            _flat(one.definition),
        )
        for one in sorted(declare.declared().values(), key=lambda one: one.key)
    ]
    intro = "每个数字只在一处定义。「实算」由登记册记录算出，「报称」只能由来稿陈述。\n\nEach figure is defined in one place: computed (实算) from records, or stated (报称) by a report.\n"
    return (
        "# 指标 Figures\n\n"
        + intro
        + "\n"
        + _table(("指标 key", "名称", "English", "单位", "性质", "依据", "口径 definition"), rows)
    )


def reports() -> str:
    text = "# 报送种类 Reports\n\n表单、接口、表格共用同一份字段。Form, API and sheet are made from the same fields.\n"
    for kind in kinds.known().values():
        text += f"\n## {kind.title} `{kind.name}`\n\n{kind.title_en}. {kind.hint}\n\n"
        rows = [
            (f"`{one.name}`", one.label, str(one.kind), "必填" if one.required else "", "、".join(one.aliases))
            for one in kind.fields
        ]
        text += (
            _table(("字段 field", "名称", "类型", "", "表头别名 headings"), rows)
            if rows
            else "正文为自由文本。Free text.\n"
        )
    return text


def settings_() -> str:
    rows = [(f"`{key.name}`", f"`{key.default!r}`", key.zh, key.en) for key in config.KEYS]
    intro = "写在目录里的 shichen.toml；环境变量如 `SHICHEN_SERVER__PORT` 优先。\n\nIn shichen.toml of the home; environment variables come first.\n"
    return "# 设置 Settings\n\n" + intro + "\n" + _table(("键 key", "默认 default", "含义", "meaning"), rows)


def profile() -> str:
    text = "# 城市档案 The city's profile\n\n"
    text += (
        "目录里 profile/profile.toml 能写的全部。别的一概不收，报出行号。每个表可加 source、note，只给看文件的人。\n\n"
    )
    text += (
        "All that profile.toml may say; anything else is refused with its line. Any table may carry source and note.\n"
    )
    for name, said, rows in profile_shape.tables():
        text += f"\n## {f'`{name}`' if name else 'profile.toml'}\n\n{said}\n\n"
        text += (
            _table(("键 key", "值 holds", ""), [(f"`{key}`", kind, must) for key, kind, must in rows]) if rows else ""
        )
    return text


def permissions() -> str:
    text = "# 权限 Permissions\n\n默认一律不许；下表为许可。Nothing is permitted but what stands here. "
    text += f"数据类别 classes of data: {', '.join(DATA_CLASSES)}.\n\n"
    rows = [
        (f"{role.zh} `{role.key}`", *("、".join(sorted(role.permits.get(action, ()))) for action in ACTIONS))
        for role in ROLES.values()
    ]
    return text + _table(("角色 role", *(f"{zh} {en}" for zh, en in ACTIONS.values())), rows)


def fields() -> str:
    text = "# 我们保存什么 What is held\n\n每张表的每个字段都有数据类别；个人信息写明用途、依据、期限。\n\n"
    text += "Every field of every table has a class; personal ones have purpose, basis and retention.\n\n"
    rows, personal = [], []
    for model, name, data_class, why in privacy.fields():
        table = f"`{model._meta.label_lower}`"
        if why is None:
            rows.append((table, f"`{name}`", privacy.CLASSES_ZH[data_class]))
        else:
            personal.append((table, f"`{name}`", privacy.CLASSES_ZH[data_class], why.purpose, why.basis, why.keep))
    text += "## 个人与秘密 Personal and secret\n\n" + _table(("表", "字段", "类别", "用途", "依据", "期限"), personal)
    return text + "\n## 其余字段 All others\n\n" + _table(("表", "字段", "类别"), rows)


def addresses() -> str:
    rows = [
        (f"`/{address}`", _said(policy_of(view)), PASTS[past_of(view)])
        for address, view in sorted(viewed(), key=itemgetter(0))
    ]
    intro = "没有声明权限的地址不予服务。接口 /api/v1/ 的说明见 api.md。\n\nAn address that declares no policy is not served.\n\n"
    intro += (
        "「过去」一栏：`?as_of=` 照那个时刻所知来看，没有可办的事，页内各处与下载都留在那个时刻；「不变」的总说同样的话；"
        "「现在」是手头的事，只有现在；空着的是办事或人人可看的地址。回放中，有 `?as_of=` 的都只说到回放的时刻。\n\n"
        "The past: `?as_of=` shows what was known at a moment, offers no acts, and its links and files keep the moment; "
        "what is fixed always says the same; work at hand has a present only; acts and what is open to all have none. "
        "In a replay, whatever has `?as_of=` tells no more than was known by its moment.\n"
    )
    return "# 地址 Addresses\n\n" + intro + "\n" + _table(("地址 address", "许可 policy", "过去 the past"), rows)


def terms() -> str:
    rows = [
        (one.zh, one.en, f"`{one.code}`" if one.code else "", one.meaning, one.meaning_en) for one in glossary.terms()
    ]
    return "# 术语 Glossary\n\n" + _table(("中文", "English", "代码 code", "含义", "meaning"), rows)


def declared() -> Iterator[tuple[str, Policy | None]]:
    """Every address outside the API with the policy of its view."""
    for address, view in viewed():
        yield address, policy_of(view)


def viewed() -> Iterator[tuple[str, Any]]:
    """Every address outside the API with its view."""
    for address, pattern in _walk(get_resolver().url_patterns):
        if not address.startswith("api/"):
            yield address, pattern.callback


def _walk(patterns: list[Any], head: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, head + str(pattern.pattern))
        else:
            yield head + str(pattern.pattern), pattern


def _said(policy: Policy | None) -> str:
    if policy is None:
        return "**未声明 none**"
    return "人人 everyone" if policy.action is None else f"{policy.action} · {policy.data_class}"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
