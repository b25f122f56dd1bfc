"""What a template sees of an alert: clean strings and plain values, documented in docs/alerts.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from monitor.alerts.reasons import AlertReason
from monitor.alerts.render.safe import host_of, one_line, web_link
from monitor.model import ArticleRef, Claim, Conflict, ConflictState, ConflictView, Position, SpeakerKind
from monitor.ports import AlertJob

QUOTE = 1500  # characters of a quote that are shown; the rest is behind its link
TITLE = 300
_CHART = 100  # percent

_KINDS = {
    "agency": "news agency",
    "state": "state media",
    "local": "local media",
    "official": "official source",
    "analysis": "analysts",
    "other": "outlet",
}
_CAUSES = {
    "opened": "Opened",
    "new-position": "New answer",
    "new-independent-source": "New independent source",
    "more-evidence": "More evidence",
    "corrected": "Corrected",
    "settled": "Settled",
    "gone-quiet": "Gone quiet",
    "reopened": "Reopened",
    "dismissed": "Dismissed",
    "test": "A test",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A time: `unix` seconds for clients that know the reader's zone, and `text` in the target's zone."""

    unix: int
    text: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim: who said it, where, in which words and when. `url` is a checked http(s) link or None."""

    speaker: str
    own_voice: bool
    voice: str
    outlet: str
    outlet_kind: str
    quote: str
    value: str
    title: str
    url: str | None
    host: str
    published: Moment
    fetched: Moment | None
    sample: bool
    corrected: bool


@dataclass(frozen=True, slots=True)
class PositionView:
    """One answer with its claims; `standing` false once all its voices say something else."""

    number: int
    answer: str
    standing: bool
    claims: tuple[ClaimView, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure of a disputed quantity over time: from `left` to `left + width` percent of the chart."""

    outlet: str
    when: str
    text: str
    position: int
    left: int
    width: int


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One revision: what happened and when."""

    what: str
    note: str
    at: Moment


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert as templates see it. `kind` is `opened`, `updated`, `settled` or `undelivered`."""

    id: str
    conflict: str
    kind: str
    headline: str
    subject: str
    region: str
    place: str
    frame: str
    question: str
    confidence: str
    sample: bool
    possible_repeat: bool
    revision: int
    positions: tuple[PositionView, ...]
    why: tuple[str, ...]
    changes: tuple[ChangeView, ...]
    chart: tuple[Bar, ...]
    opened: Moment
    updated: Moment
    desk: str | None
    zone: str
    reason: str
    voices: int
    undelivered: tuple[str, ...] = field(default=())

    @property
    def text_subject(self) -> str:
        """The subject with its marks."""
        marks = ("[SAMPLE] " if self.sample else "") + ("[possible repeat] " if self.possible_repeat else "")
        return marks + self.subject


def alert_view(job: AlertJob, zone: str = "UTC", public_url: str | None = None) -> AlertView:
    """Return what templates see of an alert."""
    conflict, view = job.view.conflict, job.view
    local = ZoneInfo(zone)
    kind = _kind(job)
    shown = max((int(receipt.get("revision", 0)) for receipt in job.sent), default=0)
    news = [revision for revision in conflict.revisions if revision.number > shown] if shown else []
    return AlertView(
        id=job.alert.id,
        conflict=conflict.id,
        kind=kind,
        headline=_headline(kind, conflict, job),
        subject=one_line(f"{_regions(conflict)}: {conflict.question}", 180),
        region=one_line(_regions(conflict), 200),
        place=one_line(conflict.place or "", 200),
        frame=conflict.frame.value,
        question=one_line(conflict.question, 500),
        confidence=f"{conflict.confidence:.0%}",
        sample=any(article.sample for article in view.articles.values()),
        possible_repeat=job.alert.possible_repeat,
        revision=conflict.revision,
        positions=tuple(_position(n, p, view, local) for n, p in enumerate(conflict.positions, 1)),
        why=tuple(one_line(reason, 400) for reason in conflict.reasons),
        changes=tuple(_change(r.cause, r.note, r.at, local) for r in news),
        chart=tuple(_chart(conflict, local)),
        opened=_moment(conflict.opened_at, local),
        updated=_moment(conflict.updated_at, local),
        desk=web_link(f"{public_url.rstrip('/')}/conflicts/{conflict.id}") if public_url else None,
        zone=zone,
        reason=_because(job),
        voices=len({claim.voice for position in conflict.positions for claim in position.claims}),
        undelivered=tuple(one_line(f"{a.target}: {a.detail}", 400) for a in job.undelivered),
    )


def _regions(conflict: Conflict) -> str:
    return " and ".join(conflict.regions)


def _kind(job: AlertJob) -> str:
    if job.alert.reason == AlertReason.UNDELIVERED:
        return "undelivered"
    if job.view.conflict.state is ConflictState.SETTLED:
        return "settled"
    return "updated" if job.sent else "opened"


def _headline(kind: str, conflict: Conflict, job: AlertJob) -> str:
    if kind == "undelivered":
        return "An alert could not be delivered"
    if kind == "settled":
        return "Settled: the sources no longer conflict"
    if kind == "updated":
        return "Update: " + _CAUSES.get(job.alert.reason, "changed").lower()
    return "Sources conflict"


def _because(job: AlertJob) -> str:
    conflict = job.view.conflict
    what = _CAUSES.get(job.alert.reason, job.alert.reason).lower()
    return one_line(
        f"Sent to “{job.alert.target}”, which watches {_regions(conflict)} "
        f"({what}, {conflict.frame.value}, confidence {conflict.confidence:.0%})",
        300,
    )


def _position(number: int, position: Position, view: ConflictView, zone: ZoneInfo) -> PositionView:
    standing = position in view.conflict.standing
    claims = sorted(position.claims, key=lambda claim: (claim.published, claim.id))
    views = tuple(_claim(claim, view.articles.get(claim.article), view.conflict, zone) for claim in claims)
    return PositionView(number, one_line(position.answer, 300), standing, views)


def _claim(claim: Claim, article: ArticleRef | None, conflict: Conflict, zone: ZoneInfo) -> ClaimView:
    url = web_link(article.url) if article is not None else None
    own = claim.speaker.kind is SpeakerKind.OUTLET
    speaker, outlet = one_line(claim.speaker.name or claim.source, 120), one_line(claim.source, 120)
    kind = article.source_kind.value if article is not None else "other"
    return ClaimView(
        speaker=speaker,
        own_voice=own,
        voice=f"{outlet}, in its own voice" if own else f"{speaker}, quoted by {outlet}",
        outlet=outlet,
        outlet_kind=_KINDS.get(kind, kind),
        quote=one_line(claim.quote, QUOTE),
        value=one_line(claim.value, 200),
        title=one_line(article.title if article is not None else "", TITLE),
        url=url,
        host=host_of(url) if url else "",
        published=_moment(claim.published, zone),
        fetched=_moment(article.fetched, zone) if article is not None and article.fetched is not None else None,
        sample=article is not None and article.sample,
        corrected=_corrected(claim, conflict),
    )


def _corrected(claim: Claim, conflict: Conflict) -> bool:
    """True when the same voice later gives another answer."""
    others = (position for position in conflict.positions if claim not in position.claims)
    return any(c.voice == claim.voice and c.published > claim.published for other in others for c in other.claims)


def _moment(moment: datetime, zone: ZoneInfo) -> Moment:
    local = moment.astimezone(zone)
    return Moment(int(moment.astimezone(UTC).timestamp()), f"{local:%d %b %Y %H:%M} {local.tzname()}")


def _change(cause: str, note: str, at: datetime, zone: ZoneInfo) -> ChangeView:
    return ChangeView(_CAUSES.get(cause, cause), one_line(note, 400), _moment(at, zone))


def _chart(conflict: Conflict, zone: ZoneInfo) -> Iterable[Bar]:
    """Bars of the figures in order of publication; nothing unless at least two figures have an end."""
    found = [
        (claim, number, claim.quantity)
        for number, position in enumerate(conflict.positions, 1)
        for claim in position.claims
        if claim.quantity is not None and claim.quantity.low < float("inf")
    ]
    ends = [q.high if q.high < float("inf") else q.low for _, _, q in found]
    top = max(ends, default=0)
    if len(found) < 2 or top <= 0 or len({(q.low, q.high) for _, _, q in found}) < 2:
        return
    for claim, number, quantity in sorted(found, key=lambda one: (one[0].published, one[0].id))[-12:]:
        left, width = _span(max(quantity.low, 0), min(quantity.high, top), top)
        when = f"{claim.published.astimezone(zone):%d %b %H:%M}"
        text = one_line(quantity.text, 40) or f"{quantity.low:g}"
        yield Bar(one_line(claim.source, 40), when, text, number, left, width)


def _span(low: float, high: float, top: float) -> tuple[int, int]:
    """Percent from the left, and of width: a point is a bar from nought, an interval floats."""
    if high <= low:
        return 0, max(round(_CHART * low / top), 2)
    left = min(round(_CHART * low / top), _CHART - 3)
    return left, max(round(_CHART * high / top) - left, 3)
