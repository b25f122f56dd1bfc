"""Whose troops they are when a text goes on: "Russian paratroopers took A. Assault troops also entered B." """

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from monitor.claims.actors import is_bare_force, known_side
from monitor.model import Claim

_GOES_ON = re.compile(r"\b(?:also|too|as well|in addition|moreover|further(?:more)?|likewise)\b", re.I)


def with_side(claims: Iterable[Claim], before: str | None) -> Iterator[Claim]:
    """Give forces of no named side, in a sentence that goes on, the side that acted just before."""
    for claim in claims:
        goes_on = before is not None and known_side(before) is not None and _GOES_ON.search(claim.sentence)
        yield replace(claim, actor=before) if goes_on and is_bare_force(claim.actor) else claim
