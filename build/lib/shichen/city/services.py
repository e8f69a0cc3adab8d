"""Acts on accounts: open one, give it a role, take the role back, close it; each leaves its row in the trail."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from shichen.city import recording, voided
from shichen.city.models import Account, Area, AreaName, Body, BodyName, Event, Grant
from shichen.city.roles import ROLES, clash
from shichen.refusal import Refusal

SYSTEM = "system"
LONGEST_REASON = 200


def system() -> Account:
    """The account in whose name the house itself acts; nobody can sign in with it."""
    account, made = Account.objects.get_or_create(
        username=SYSTEM, defaults={"display_name": "系统", "kind": Account.Kind.SYSTEM}
    )
    if made:
        account.set_unusable_password()
        account.save(update_fields=["password"])
    return account


@transaction.atomic
def open_account(username: str, display_name: str, *, kind: str = Account.Kind.PERSON, by: Account) -> Account:
    """An account without a password: its owner comes in by a one-time way and chooses one. Raises Refusal."""
    username = username.strip()
    if not username or len(username) > 40:
        raise Refusal("账号应为 1 至 40 个字符。", field="username")
    if Account.objects.filter(username=username).exists():
        raise Refusal(f"账号 {username} 已存在。", field="username")
    account = Account(username=username, display_name=display_name or username, kind=kind)
    account.set_unusable_password()
    account.save()
    recording.note("open account", account, by=by)
    return account


@transaction.atomic
def grant(
    account: Account,
    role: str,
    *,
    unit: Body | None,
    area: Area,
    event: Event | None,
    starts_at: datetime,
    reason: str,
    ends_at: datetime | None = None,
    by: Account,
) -> Grant:
    """Give a role. Roles of the three powers stand alone (三权分立); nobody grants to themselves. Raises Refusal.

    The database holds both rules too (`city.apart`, `Grant.Meta`), for whoever does not come this way.
    """
    if role not in ROLES or role == "anonymous":
        raise Refusal(f"没有名为 {role} 的角色；可用的有：{'、'.join(ROLES)}。", field="role")
    held = set(_beside(account, starts_at, ends_at).values_list("role", flat=True))
    other = clash(held, role)
    if other is not None:
        raise Refusal(f"{ROLES[role].zh}不能与{ROLES[other].zh}由同一人担任。", rule="三权分立", field="role")
    if by.pk == account.pk:
        raise Refusal("不得给自己授权。", rule="不得自授")
    _must_be_a_reason(reason)
    given = Grant.objects.create(
        account=account,
        role=role,
        unit=unit,
        area=area,
        event=event,
        starts_at=starts_at,
        ends_at=ends_at,
        granted_by=by,
        reason=reason.strip(),
    )
    _noted("grant", given, reason.strip(), by)
    return given


def _beside(account: Account, starts_at: datetime, ends_at: datetime | None) -> QuerySet[Grant]:
    """The grants of an account that hold at some moment of that time, those that end later included."""
    Account.objects.select_for_update().get(pk=account.pk)  # two grants at once see one another
    found = account.grants.filter(Q(ends_at=None) | Q(ends_at__gt=starts_at))
    return found if ends_at is None else found.filter(starts_at__lt=ends_at)


@transaction.atomic
def revoke(given: Grant, *, at: datetime, reason: str, by: Account) -> None:
    """Take a role back: it holds no longer, and one that has not begun is gone (收回授权). Raises Refusal."""
    _must_be_a_reason(reason)
    if not _end(Grant.objects.filter(pk=given.pk), at):
        raise Refusal("这项授权已经结束；请刷新后再看。")
    _noted("revoke", given, reason.strip(), by)


@transaction.atomic
def close_account(account: Account, *, at: datetime, by: Account) -> None:
    """Close an account: its grants end, its tokens and ways in stop working; what it did stays its own."""
    account.is_active = False
    account.save(update_fields=["is_active"])
    _end(account.grants.all(), at)
    account.__dict__.pop("_grants", None)
    account.passes.filter(revoked_at=None).update(revoked_at=at)
    voided.void(account.pk)
    recording.note("close account", account, by=by)


def _end(grants: QuerySet[Grant], at: datetime) -> int:
    """End the grants that hold at that moment and take back those that begin later; how many there were."""
    gone, _ = grants.filter(starts_at__gte=at).delete()
    return gone + grants.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lt=at).update(ends_at=at)


def _noted(action: str, given: Grant, reason: str, by: Account) -> None:
    """The trail row of a grant, which says the role too; what an account may do is asked of the database again."""
    given.account.__dict__.pop("_grants", None)
    voided.void(given.account_id)
    said = f"{given.role}：{reason}"
    recording.note(action, given.account, unit=given.unit_id or "", area=given.area_id, reason=said, by=by)


def _must_be_a_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal("授权和收回授权都要写明理由。", field="reason")
    if len(reason.strip()) > LONGEST_REASON:
        raise Refusal(f"理由最多 {LONGEST_REASON} 字，现有 {len(reason.strip())} 字。", field="reason")


@transaction.atomic
def load_places(
    rows: list[dict[str, str]], *, counted_in: dict[str, str], grid: dict[str, list[int]], populations: dict[str, int]
) -> None:
    """Set up the areas of the gazetteer, parents before children. Raises Refusal for an area without its parent."""
    paths: dict[str, str] = dict(Area.objects.values_list("code", "path"))
    areas = []
    for line, row in enumerate(rows, start=2):
        code, parent = row["code"], row["parent"]
        if parent and parent not in paths:
            raise Refusal(f"地名表第 {line} 行：上级区域 {parent} 不在表中，或排在 {code} 之后。")
        paths[code] = f"{paths[parent]}{code}/" if parent else f"{code}/"
        x, y = grid.get(code, [None, None])
        areas.append(
            Area(
                code=code,
                name=row["name"],
                level=row["level"],
                hierarchy=row["hierarchy"] or "code",
                parent_id=parent or None,
                path=paths[code],
                population=populations.get(code),
                grid_x=x,
                grid_y=y,
                **_dates(row),
            )
        )
    columns = [
        field.name for field in Area._meta.concrete_fields if field.name not in {"code", "counted_in", "name_en"}
    ]
    Area.objects.bulk_create(areas, update_conflicts=True, unique_fields=["code"], update_fields=columns)
    known = set(AreaName.objects.values_list("area_id", "name"))
    named = [(row["code"], alias) for row in rows for alias in filter(None, row["aliases"].split("|"))]
    AreaName.objects.bulk_create(AreaName(area_id=code, name=name) for code, name in named if (code, name) not in known)
    for code, whole in counted_in.items():
        Area.objects.filter(code=code).update(counted_in=whole)


@transaction.atomic
def load_bodies(rows: list[dict[str, str]]) -> None:
    """Set up the bodies of the roster; groups may stand after their members."""
    for row in rows:
        Body.objects.update_or_create(
            code=row["body"],
            defaults={
                "name": row["name"],
                "name_en": row.get("name_en", ""),
                "kind": Body.THE_OFFICE if row["body"] == "office" else row["kind"],
                "column": row["column"],
                "area_id": row["area"] or None,
                "basis": row["basis"],
                **_dates(row),
            },
        )
        for alias in filter(None, row["aliases"].split("|")):
            BodyName.objects.get_or_create(body_id=row["body"], name=alias)
    for row in rows:
        if row["group"]:
            Body.objects.filter(code=row["body"]).update(group=row["group"])


@transaction.atomic
def name_body(code: str, name: str, *, valid_from: date | None, valid_until: date | None, official: bool) -> None:
    """Give a body a further name for as long as it holds."""
    BodyName.objects.update_or_create(
        body_id=code, name=name, defaults={"valid_from": valid_from, "valid_until": valid_until, "official": official}
    )


def _dates(row: dict[str, str]) -> dict[str, date | None]:
    return {name: date.fromisoformat(row[name]) if row[name] else None for name in ("valid_from", "valid_until")}
