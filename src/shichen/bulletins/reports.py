"""The report that is a free text (来稿)."""

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
    )
)
