"""Two claims side by side: why they are, or are not, a conflict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from monitor.conflicts.compare import Conflicting
from monitor.conflicts.pairs import Pair
from monitor.conflicts.why import Verdict, why
from monitor.conflicts.wording import LABELS
from monitor.errors import InputError
from monitor.model import Claim
from monitor.ports import Candidates, Comparison

if TYPE_CHECKING:
    from monitor.app import App

MOST = 12  # pairs of two articles


def pair_lines(app: App, first: str, second: str) -> Iterator[str]:
    """Yield the verdicts on the pairs of two claims or articles, the likeliest conflict first, each with its reason.

    Raises InputError for an id of neither.
    """
    pairs = [Pair.of(a, b) for a, b in product(_found(app, first), _found(app, second)) if a.id != b.id]
    compared = cache(lambda article: app.store.load_comparison(article, Candidates()))
    verdicts = sorted((_verdict(app, pair, compared) for pair in {p.key: p for p in pairs}.values()), key=_rank)
    for verdict in verdicts[:MOST]:
        yield from verdict_lines(verdict, app.engine.thresholds)
        yield ""
    if len(verdicts) > MOST:
        yield f"and {len(verdicts) - MOST} more pairs, less likely"


def verdict_lines(verdict: Verdict, thresholds: tuple[float, float]) -> Iterator[str]:
    """Yield both quotes, the verdict with its reasons, and what it rests on."""
    pair = verdict.pair
    for claim in (pair.first, pair.second):
        where = claim.place or claim.region
        yield f"{claim.id}  {claim.speaker.name} in {claim.source}, {claim.published:%Y-%m-%d %H:%M} UTC, {where}:"
        yield f"    “{claim.quote}”"
    if isinstance(verdict, Conflicting):
        yield f"  a conflict: {'; '.join(reason.value for reason in verdict.reasons)}"
    else:
        yield f"  not a conflict: {verdict.reason.value}"
    if verdict.probability is not None:
        yield f"  probability {verdict.probability:.2f}; {_needed(verdict.probability, thresholds)}"
    if pair.opinion.judge is not None:
        shares = ", ".join(f"{name} {share:.0%}" for name, share in zip(LABELS, pair.opinion.judge, strict=True))
        yield f"  the judge reads: {shares}"


def _needed(probability: float, thresholds: tuple[float, float]) -> str:
    opens, joins = thresholds
    if probability >= opens:
        return f"a dispute opens at {opens:.2f}"
    return f"a dispute opens at {opens:.2f}, and from {joins:.2f} a pair may join one" + (
        ": this one may" if probability >= joins else ""
    )


def _verdict(app: App, pair: Pair, compared: Callable[[str], Comparison]) -> Verdict:
    seen = compared(pair.second.article)
    return why(app.engine, pair.first, pair.second, [*seen.candidates, *seen.new], seen.copies, seen.dismissed)


def _rank(verdict: Verdict) -> tuple[bool, float, tuple[str, str]]:
    probability = -1.0 if verdict.probability is None else verdict.probability
    return not isinstance(verdict, Conflicting), -probability, verdict.pair.key


def _found(app: App, id: str) -> list[Claim]:
    claims = app.store.claims_of(id)
    if not claims:
        raise InputError(["neither the id of a claim nor of an article with claims"], id)
    return claims
