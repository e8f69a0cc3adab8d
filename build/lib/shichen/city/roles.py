"""Who may do what: the roles of the post, written as a table (角色权限)."""

from __future__ import annotations

from dataclasses import dataclass

OPEN, INTERNAL, PERSONAL, SENSITIVE, SECRET = "open", "internal", "personal", "sensitive", "secret"
DATA_CLASSES = (OPEN, INTERNAL, PERSONAL, SENSITIVE, SECRET)

SCREEN = "screen"  # the role of a device on the wall

ACTIONS = {
    "view": ("查看", "look"),
    "board": ("看指挥板", "see the board"),
    "submit": ("报送", "report"),
    "correct": ("更正", "correct"),
    "note": ("记入日志", "write in the log"),
    "review": ("复核", "review proposals"),
    "confirm": ("确认", "confirm figures"),
    "freeze": ("定稿", "freeze figures"),
    "publish": ("发布", "publish"),
    "approve": ("签发", "sign"),
    "resolve": ("处理数不符", "settle disagreements"),
    "reveal": ("调阅", "open a masked field"),
    "analyse": ("分析", "run analyses"),
    "verify": ("核验审计日志", "verify the trail"),
    "grant": ("授权", "grant roles"),
    "operate": ("运维", "operate the machine"),
}


@dataclass(frozen=True)
class Role:
    """What a role is called and what it permits: for each action, the classes of data it reaches."""

    key: str
    zh: str
    en: str
    permits: dict[str, frozenset[str]]
    everywhere: bool = False  # reaches every unit of its areas, not its own unit alone

    def allows(self, action: str, data_class: str) -> bool:
        return data_class in self.permits.get(action, frozenset())


def _role(key: str, zh: str, en: str, *, everywhere: bool = False, **permits: tuple[str, ...]) -> Role:
    """Who may look at what is kept in the room sees its board too; a screen on the wall sees that and nothing else."""
    if INTERNAL in permits.get("view", ()):
        permits["board"] = (OPEN, INTERNAL)
    return Role(key, zh, en, {action: frozenset(classes) for action, classes in permits.items()}, everywhere)


_DESK = (OPEN, INTERNAL)
_MASKED = (OPEN, INTERNAL, PERSONAL)

ROLES = {
    role.key: role
    for role in (
        _role("anonymous", "公众", "the public", view=(OPEN,)),
        _role("checkpoint", "卡点", "checkpoint", view=_DESK, submit=_DESK),
        _role("reporter", "填报员", "reporter", view=_MASKED, submit=_DESK, correct=_DESK, note=_DESK),
        _role(
            "unit_lead",
            "单位负责人",
            "head of a unit",
            view=_MASKED,
            submit=_DESK,
            correct=_DESK,
            note=_DESK,
            confirm=_DESK,
            reveal=(PERSONAL,),
        ),
        _role(
            "office",
            "办公室",
            "the Office",
            everywhere=True,
            view=_MASKED,
            submit=_DESK,
            correct=_DESK,
            note=_DESK,
            review=_DESK,
            confirm=_DESK,
            freeze=_DESK,
            approve=_DESK,
            resolve=_DESK,
            analyse=_DESK,
        ),
        _role(
            "leader",
            "指挥长",
            "commander",
            everywhere=True,
            view=_MASKED,
            note=_DESK,
            confirm=_DESK,
            approve=_DESK,
            resolve=_DESK,
        ),
        _role(
            "cdc",
            "疾控",
            "centre for disease control",
            everywhere=True,
            view=(*_MASKED, SENSITIVE),
            submit=_DESK,
            correct=_DESK,
            note=_DESK,
            reveal=(PERSONAL, SENSITIVE),
            analyse=_DESK,
        ),
        _role("hospital", "医院", "hospital", view=_MASKED, submit=_DESK, note=_DESK, reveal=(PERSONAL,)),
        _role("newsroom", "新闻宣传", "newsroom", everywhere=True, view=_DESK, note=_DESK, publish=_DESK),
        _role("supervisor", "督导问责", "supervision", everywhere=True, view=_MASKED, note=_DESK),
        _role(SCREEN, "大屏", "wall screen", everywhere=True, board=_DESK),
        _role("auditor", "审计管理员", "auditor", everywhere=True, verify=_DESK),
        _role("secadmin", "安全管理员", "security officer", everywhere=True, grant=_DESK),
        _role("sysadmin", "系统管理员", "system operator", everywhere=True, operate=_DESK),
    )
}

# 三权分立: these three exclude one another and every other role.
APART = ("sysadmin", "secadmin", "auditor")


def clash(held: set[str], asked: str) -> str | None:
    """The role already held that may not stand beside `asked`, if there is one (三权分立)."""
    if asked in APART:
        return next((role for role in sorted(held) if role != asked), None)
    return next((role for role in sorted(held) if role in APART), None)
