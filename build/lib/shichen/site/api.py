"""The REST API of the house (/api/v1/): default deny, every operation with its policy, described offline."""

from __future__ import annotations

from ninja.constants import NOT_SET

from shichen.site import api_loads, api_posts, api_reading, api_submissions
from shichen.site.api_door import POLICIES, Api, Json, Token, docs_for_signed_in, say_refusals, session
from shichen.web.policy import Policy

api = Api(
    title="时辰 shichen",
    version="1",
    description="报送、数字、日志、日版与大事记。每项操作都要凭据(令牌，或登录后的会话加 CSRF)，并只及于授权范围。",
    auth=[Token(), session],
    urls_namespace="api",
    docs_decorator=docs_for_signed_in,
    renderer=Json(),
)
say_refusals(api)
api.add_router("", api_submissions.router)
api.add_router("", api_loads.router)
api.add_router("", api_posts.router)
api.add_router("", api_reading.router)


def operations() -> dict[str, Policy]:
    """Every operation as METHOD path, with its policy. Raises AssertionError for one without, or with a door of its own."""
    found: dict[str, Policy] = {}
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                policy = getattr(operation.view_func, "policy", None)
                if not isinstance(policy, Policy) or operation.auth_param is not NOT_SET:
                    raise AssertionError(f"{operation.methods} {prefix}{path} declares no policy")
                found |= {f"{method} {prefix}{path}": policy for method in operation.methods}
    return found


POLICIES.update(operations())
