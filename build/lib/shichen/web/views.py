"""The shell's own pages: signing in and out, the one-time way in, one's account, help, language and theme."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shichen.city import signin as ways
from shichen.city.guesses import TooMany, address_of
from shichen.city.models import Account
from shichen.city.roles import ROLES
from shichen.city.scope import grants_of
from shichen.refusal import Refusal
from shichen.watches import WATCHES
from shichen.web import accounts, clock, freshness, glossary, menu
from shichen.web.context import THEME_COOKIE, THEMES
from shichen.web.forms import Enrolment, NewPassword, SignIn
from shichen.web.policy import open_to_all, signed_in
from shichen.web.sentences import said

BACKEND = "shichen.city.signin.AccountBackend"
ONE_YEAR = 365 * 24 * 3600


@open_to_all
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """登录. A wrong pair and an unknown name are told in the same words."""
    form = SignIn(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = _known(request, form)
        if found is not None:
            login(request, found)
            accounts.came_in("密码", by=found)
            return redirect(_next(request) or landing(found))
    status = 422 if request.method == "POST" else 200
    return render(request, "web/signin.html", {"form": form, "next": _next(request)}, status=status)


@signed_in
@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@open_to_all
@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """一次性入口. Looking shows for whom it is; only the button uses it, so that a preview cannot burn it."""
    if request.method == "POST":
        account = ways.use(token, now=clock.running())
        login(request, account, backend=BACKEND)
        accounts.came_in("一次性入口", by=account)
        return redirect("account" if not account.has_usable_password() and not accounts.is_demo() else landing(account))
    found = ways.waiting(token, now=clock.running())
    if found is None:
        raise Refusal(_("这个一次性入口已用过、已过期或不存在；请向安全管理员再要一个。"))
    return render(request, "web/enter.html", {"account": found.account, "expires_at": found.expires_at})


@open_to_all
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest) -> HttpResponse:
    """大屏登记: the code turns this browser into a screen that sees the board and nothing else, until it is taken back."""
    form = Enrolment(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = _enrolled(request, form)
        if found is not None:
            login(request, found, backend=BACKEND)
            request.session.set_expiry(ONE_YEAR)
            accounts.came_in("大屏登记", by=found)
            return redirect("board")
    return render(request, "web/screen.html", {"form": form}, status=422 if request.method == "POST" else 200)


@signed_in
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: what it may do, its password, the way out."""
    user = request.user
    assert isinstance(user, Account)
    form = NewPassword(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        accounts.choose_password(form.cleaned_data["new"], by=user)
        update_session_auth_hash(request, user)
        messages.success(request, _("新密码已生效。"))
        return redirect("account")
    grants = [(grant, ROLES[grant.role]) for grant in grants_of(user, clock.running())]
    status = 422 if request.method == "POST" else 200
    return render(request, "web/account.html", {"form": form, "grants": grants}, status=status)


@open_to_all
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """帮助与术语."""
    states = [{"word": freshness.NAMES[state], "meaning": freshness.MEANINGS[state]} for state in freshness.State]
    return render(request, "web/help.html", {"terms": glossary.terms(), "states": states, "watches": WATCHES})


@open_to_all
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Language and theme of the pages, kept in a cookie of this browser."""
    answer = HttpResponseRedirect(_next(request) or "/")
    language, theme = request.POST.get("language"), request.POST.get("theme")
    secure = settings.SESSION_COOKIE_SECURE
    if language in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=ONE_YEAR, samesite="Lax", secure=secure, httponly=True
        )
    if theme in THEMES:
        answer.set_cookie(THEME_COOKIE, theme, max_age=ONE_YEAR, samesite="Lax", secure=secure, httponly=True)
    elif theme == "auto":
        answer.delete_cookie(THEME_COOKIE)
    return answer


def landing(account: Account) -> str:
    """Where someone who comes in begins: the first page of their menu, else their account."""
    found = menu.items(account, "/", clock.running())
    return found[0].href if found else "/account/"


def _known(request: HttpRequest, form: SignIn) -> Account | None:
    try:
        found = authenticate(request, **form.cleaned_data)
    except TooMany as refused:
        accounts.turned_away(refused)
        form.add_error(None, said(refused.sentence))
        return None
    if found is None:
        form.add_error(None, _("账号或密码不对。"))
    return found if isinstance(found, Account) else None


def _enrolled(request: HttpRequest, form: Enrolment) -> Account | None:
    try:
        return ways.enrol(form.cleaned_data["code"], address=address_of(request), now=clock.running())
    except TooMany as refused:
        accounts.turned_away(refused)
        form.add_error(None, said(refused.sentence))
    except Refusal as refusal:
        form.add_error("code", said(refusal.sentence))
    return None


def _next(request: HttpRequest) -> str:
    """The address to go on to, if it is one of this house."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    mine = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if mine else ""
