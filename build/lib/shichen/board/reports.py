"""The file beside a duty note (附件) as a kind of report: it comes in by the same door, is kept sealed, and is looked at there."""

from __future__ import annotations

from shichen.board import filetypes
from shichen.intake.kinds import Arrival, Entered, Kind, declare
from shichen.intake.models import Envelope
from shichen.refusal import Refusal


def work(body: bytes, arrival: Arrival) -> Entered:
    """A file is read by nobody but people: it is taken as it is. Raises Refusal for one that came without its note."""
    envelope = arrival.envelope
    if envelope.channel != Envelope.Channel.WEB or envelope.details.get("beside") != "log":
        raise Refusal("日志附件随日志一起报送，不能单独报。", field="kind")
    named = filetypes.known(body, envelope.filename)
    return Entered(read=1, taken=1, note=f"日志附件：{named.zh}")


ATTACHMENT = declare(Kind("log_attachment", "日志附件", "file beside a log entry", work=work, act="note"))
