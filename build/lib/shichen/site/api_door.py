"""The door of the REST API: who comes in (token, or session with CSRF), what they may do, how a refusal is said."""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from shichen.audit.context import now
from shichen.city import signin
from shichen.city.models import Account
from shichen.city.roles import ACTIONS, INTERNAL, ROLES
from shichen.city.scope import Sight, may, sight
from shichen.intake.services import Conflict
from shichen.refusal import Refusal
from shichen.web.policy import Policy

log = logging.getLogger("shichen.api")
RETRY_AFTER = "5"  # seconds
POLICIES: dict[str, Policy] = {}  # of every operation as METHOD path, filled when all are there
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
View = TypeVar("View", bound=Callable[..., Any])


class Token(HttpBearer):
    """A device's or a system's token (`Authorization: Bearer …`); a wrong one never falls back to a session."""

    def __call__(self, request: HttpRequest) -> Account | None:
        given = request.headers.get("Authorization")
        if given is None:
            return None
        scheme, _, secret = given.partition(" ")
        account = self.authenticate(request, secret.strip()) if scheme.lower() == "bearer" else None
        if account is None:
            raise AuthenticationError
        return account

    def authenticate(self, request: HttpRequest, token: str) -> Account | None:
        return signin.bearer(token, now=now())


def session(request: HttpRequest) -> Account | None:
    """Someone who signed in with a browser; what changes anything needs the page's CSRF token too."""
    if not isinstance(request.user, Account) or not request.user.is_authenticated:
        return None
    if check_csrf(request) is not None:
        raise HttpError(403, "缺少或不符的 CSRF 令牌；请从页面调用，或改用接口令牌。")
    return request.user


def allowed(action: str, data_class: str = INTERNAL, *, query: tuple[str, ...] | None = ()) -> Callable[[View], View]:
    """Declare the act of an operation, asked before it runs; what declares none is not built. `query` are the
    parameters its address takes, others are refused; None where the operation knows itself."""

    def declare(view: View) -> View:
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            _must_be_allowed(request, Policy(action, data_class))
            unknown = [] if query is None else [name for name in request.GET if name not in query]
            if unknown:
                raise Refusal(
                    f"没有名为 {unknown[0][:40]} 的参数；可用：{'、'.join(query or ()) or '无'}。",
                    field=unknown[0][:40],
                )
            return view(request, *args, **kwargs)

        # the framework reads annotations, which are text, in the module where the operation stands, not in this one
        asked.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
        asked.policy = Policy(action, data_class)  # type: ignore[attr-defined]
        return asked  # type: ignore[return-value]

    return declare


def _must_be_allowed(request: HttpRequest, policy: Policy) -> None:
    """Raises HttpError 403 naming the roles that may."""
    action, data_class = policy.action or "view", policy.data_class
    if not may(person(request), action, data_class, at=now()):
        roles = "、".join(role.zh for role in ROLES.values() if role.allows(action, data_class))
        raise HttpError(403, f"您的角色不能{ACTIONS[action][0]}；可以的角色：{roles}。")


def policy_asked(request: HttpRequest) -> Policy | None:
    """The policy of the operation that a request is for; the framework reads parameters before it asks the operation."""
    match = request.resolver_match
    if match is None:
        return None
    path = _PARAMETER.sub(r"{\1}", match.route).removeprefix("api/v1")
    return POLICIES.get(f"{request.method} {path}")


def person(request: HttpRequest) -> Account:
    """Who calls: the account behind the token or the session."""
    found = getattr(request, "auth", None)
    if not isinstance(found, Account):
        raise AssertionError("no operation runs without an account")
    return found


def sees(request: HttpRequest) -> Sight:
    return sight(person(request), "view", at=now())


def docs_for_signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The description of the API is for those who have an account."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return shown


class Json(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}


class Api(NinjaAPI):
    """The API object: its answers are not kept by anything on the way."""

    def create_response(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().create_response(*args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        return response


def say_refusals(api: Api) -> None:
    """Every refusal in one shape: {"error": {"sentence", "rule", "field"}}."""

    def answer(
        request: HttpRequest, status: int, sentence: str, *, rule: str = "", field: str = "", **more: Any
    ) -> Any:
        error = {"sentence": sentence, "rule": rule, "field": field, **more}
        return api.create_response(request, {"error": error}, status=status)

    def refused(request: HttpRequest, refusal: Any) -> Any:
        return answer(request, status_of(refusal), refusal.sentence, rule=refusal.rule, field=refusal.field)

    def invalid(request: HttpRequest, fault: Any) -> Any:
        asked = policy_asked(request)
        if asked is not None:
            try:
                _must_be_allowed(request, asked)
            except HttpError as forbidden:  # who may not do it is not told how it would be asked
                return said(request, forbidden)
        places = [".".join(str(part) for part in one["loc"]) for one in fault.errors]
        return answer(request, 422, f"请求不合格式：{'、'.join(places)[:200]}", field=places[0] if places else "")

    def failed(request: HttpRequest, error: Any) -> Any:
        number = getattr(request, "number", "")
        log.exception("request %s failed", number)
        return answer(request, 500, "服务出错，没有执行；请带上编号找管理员。", number=number)

    def busy(request: HttpRequest, error: Any) -> Any:
        log.error("request %s: %s", getattr(request, "number", ""), error)
        response = answer(request, 503, "数据库暂时写不进，没有留存；请稍后用同一编号重发同样的内容。")
        response["Retry-After"] = RETRY_AFTER
        return response

    def said(request: HttpRequest, error: Any) -> Any:
        return answer(request, error.status_code, str(error))

    def bare(status: int, sentence: str) -> Any:
        return lambda request, error: answer(request, status, sentence)

    api.add_exception_handler(Refusal, refused)
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(Http404, bare(404, "没有这一项，或不在您的可见范围内。"))
    api.add_exception_handler(
        AuthenticationError, bare(401, "没有凭据，或凭据已失效；请带 Authorization: Bearer 令牌。")
    )
    api.add_exception_handler(HttpError, said)
    api.add_exception_handler(OperationalError, busy)
    api.add_exception_handler(Exception, failed)


def status_of(refusal: Refusal) -> int:
    if isinstance(refusal, Conflict):
        return 409
    return {"报送范围": 403, "报送上限": 413, "内容类型": 415, "内容编码": 400, "同号异文": 409, "磁盘": 503}.get(
        refusal.rule, 422
    )
