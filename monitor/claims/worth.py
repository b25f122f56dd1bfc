"""Which claims an article keeps when it makes more than its length allows: those most worth checking.

A rank in the spirit of ClaimBuster's check-worthiness (Hassan et al. 2017): somebody else's words, long and contrasting
sentences and hard frames first; plans, background, the lead's summary and an article's last words behind.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from monitor.model import Claim, Factuality, Frame, SpeakerKind

# A short report says as much in fewer words, so its share is larger; one of 250 words may make 11 claims. The last
# eighth is for claims of some worth only: on the 322 cases on which this was chosen it costs half of the coverage that
# fewer claims for all would cost.
FOR_ANY, PER_WORD = 3.5, 0.031
LEAST = 4  # claims that any article may make
_SURE, _SOME_WORTH = 0.88, 1.2  # the share that needs no worth, and the worth (of `worth`) that the rest needs

# Weights of a logistic fit (does a labelled dispute rest on the claim?) over 126 cases of two collections, rounded, and
# chosen by how well those of one part of the cases did on the rest.
_FRAMES = {
    Frame.LAUNCHES: 0.4, Frame.RESPONSIBILITY: 0.4, Frame.AGREEMENT: 0.2, Frame.CONTROL: 0.2, Frame.ATTACK: 0.1,
    Frame.AREA: -0.2, Frame.ELECTION: -0.2, Frame.STATUS: -0.2, Frame.EQUIPMENT: -0.3, Frame.PEOPLE: -0.3,
    Frame.STATEMENT: -0.3,
}  # fmt: skip
_UNLIKELY = frozenset({
    Factuality.PLANNED, Factuality.CONDITIONAL, Factuality.QUESTION, Factuality.OPINION, Factuality.POSSIBLE,
    Factuality.SUSPECTED,
})  # fmt: skip
_QUOTED = re.compile(r"[\"“”«»]")
_CONTRAST = re.compile(
    r"\b(?:but|however|instead|rather|only|although|though|contrary|whereas|while|nobody|none|never|no|not|nor)\b"
    r"|n[’']t\b",
    re.I,
)
_AHEAD = re.compile(r"\b(?:will|would|plans?|expected|hopes?|urged?|called on|should|must|appeal)\b", re.I)
_LONG_AGO = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:last|previous) (?:year|month|decade)|\b(?:years?|months?|decades?) ago\b"
    r"|\bhas long\b|\bfor years\b",
    re.I,
)
_LONGEST = 45  # words; what is longer tells no more
_DEEPEST = 20  # sentences


def allowed(words: int, share: float = 1.0) -> int:
    """Return how many claims an article of `words` words, its title counted, may make, or a share of them."""
    return max(LEAST, round(share * (FOR_ANY + PER_WORD * words)))


def most_telling(claims: Sequence[Claim], words: int) -> list[Claim]:
    """Return the claims worth keeping of an article of `words` words, in their order."""
    sure = allowed(words, _SURE)
    if len(claims) <= sure:
        return list(claims)
    last = max(claim.order for claim in claims)
    ranked = sorted(((worth(c, last), c) for c in claims), key=lambda pair: (-pair[0], pair[1].order, pair[1].start))
    kept = {c.id for at, (score, c) in enumerate(ranked[: allowed(words)]) if at < sure or score >= _SOME_WORTH}
    return [claim for claim in claims if claim.id in kept]


def worth(claim: Claim, last: int) -> float:
    """Return how much a claim is worth checking, in an article whose `last` claims have that order.

    Only the order of what is returned means anything.
    """
    score = _FRAMES.get(claim.frame, 0.0) + 0.2 * claim.negated
    score -= 0.6 * (claim.factuality in _UNLIKELY) + 0.3 * (claim.factuality is Factuality.BACKGROUND)
    score += 0.7 * (claim.speaker.kind is not SpeakerKind.OUTLET)
    return score + _of_wording(claim) - _of_position(claim.order, last)


def _of_wording(claim: Claim) -> float:
    quote, sentence = claim.quote, claim.sentence
    score = 0.7 * math.log(max(1, min(len(quote.split()), _LONGEST)))
    score += 0.6 * min(len(sentence.split()), _LONGEST) / _LONGEST
    score += 0.5 * bool(_QUOTED.search(quote)) + 0.6 * bool(_QUOTED.search(sentence))
    score += 0.5 * bool(_CONTRAST.search(quote))
    return score - 0.3 * bool(_AHEAD.search(quote)) - 0.5 * bool(_LONG_AGO.search(quote))


def _of_position(order: int, last: int) -> float:
    return 1.7 * min(order, _DEEPEST) / _DEEPEST + 0.8 * (order == 1) + 1.4 * (order >= last)
