"""Sentences that lower rooms say in Chinese alone and pages show to people: named here, so that they have their English."""

from __future__ import annotations

from django.utils.translation import gettext_noop

SAID_BELOW = (
    gettext_noop("密码错误次数过多；请 15 分钟后再试，或请安全管理员发一次性入口。"),
    gettext_noop("这个一次性入口已用过、已过期或不存在；请向安全管理员再要一个。"),
    gettext_noop("页面开得太久或来自别处，没有执行任何操作；请返回重新打开该页再提交。"),
    gettext_noop("划去一条记录要写明理由。"),
    gettext_noop("记录内容是空的；请写明何事。"),
    gettext_noop("记录内容含有控制字符或残缺字符；请删去后再提交。"),
    gettext_noop("所填时间还没有到；请改成已发生的时间。"),
    gettext_noop("更正与原记录相同；未作任何改动。"),
    gettext_noop("您的角色不能记入日志。"),
    gettext_noop("这一项已经报齐，或不在应报之列；不必催报。"),
)
