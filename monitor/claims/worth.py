"""Which claims an article keeps when it makes more than its length allows: those most worth checking.

A hand-weighted rank in the spirit of ClaimBuster's check-worthiness (Hassan et al. 2017): figures and known frames
first, named speakers and named places next; plans, opinions, background and short remarks last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.model import Claim, Factuality, Frame, SpeakerKind

PER_WORDS = 12.5 / 250  # claims a word: long articles may make that many; short ones rarely do, so that 12 is the mean
LEAST = 4  # claims that any article may make

# Weights of a logistic fit (is the claim ever disputed?) over development articles, rounded; cross-validated.
_FRAMES = {
    Frame.STATEMENT: -0.8, Frame.QUANTITY: -0.4, Frame.STATUS: -0.3, Frame.EQUIPMENT: -0.2, Frame.DISASTER: -0.3,
    Frame.LAUNCHES: 0.6, Frame.AGREEMENT: 0.4, Frame.ATTACK: 0.4, Frame.CASUALTIES: 0.2, Frame.CONTROL: 0.2,
    Frame.RESPONSIBILITY: 0.2,
}  # fmt: skip
_LEVELS = {
    Factuality.PLANNED: -0.4, Factuality.CONDITIONAL: -0.4, Factuality.QUESTION: -0.4, Factuality.OPINION: -0.3,
    Factuality.BACKGROUND: -0.7, Factuality.SUSPECTED: -0.2, Factuality.POSSIBLE: -0.2,
}  # fmt: skip
_QUOTED = re.compile(r"[\"“”«»]")
_LONG = 30  # words


def most_telling(claims: Sequence[Claim], words: int) -> list[Claim]:
    """Return the claims worth keeping of an article of `words` words, in their order."""
    most = max(LEAST, round(words * PER_WORDS))
    if len(claims) <= most:
        return list(claims)
    ranked = sorted(claims, key=lambda c: (-worth(c), c.order, c.start))
    kept = {claim.id for claim in ranked[:most]}
    return [claim for claim in claims if claim.id in kept]


def worth(claim: Claim) -> float:
    """Return how much a claim is worth checking; only the order means anything."""
    score = _FRAMES.get(claim.frame, 0.0) + _LEVELS.get(claim.factuality, 0.0)
    score += 0.8 if claim.speaker.kind is not SpeakerKind.OUTLET else 0.0
    score += 0.9 if _QUOTED.search(claim.quote) else 0.0
    score += 0.7 if claim.negated else 0.0
    score += 0.4 if claim.field == "title" else 0.0
    score += 0.8 if len(claim.quote.split()) > _LONG else 0.0
    score += 0.1 if claim.actor else 0.0
    return score - 0.8 * min(claim.order, 20) / 20
