"""The report that is a free text (来稿)."""

from django.utils.translation import gettext_noop as _

from shichen.bulletins import reading
from shichen.intake.kinds import Kind, declare

BULLETIN = declare(
    Kind(
        name="bulletin",
        title="来稿",
        title_en="A free-text report",
        work=reading.work,
        register="bulletins",
        entry_page="/bulletins/new/",
        hint=_("贴上一段通报原文：读出其中的条目和数字，由人逐条复核后才算数。"),
    )
)
