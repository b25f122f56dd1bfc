"""People's verdicts as labelled cases, so that the quality gate can learn from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.cli.shapes import timestamp
from monitor.config import Config
from monitor.model import Article, Claim, Conflict
from monitor.store.desk.values import Dismissal, Judged


def case_of(judged: Judged, config: Config) -> dict[str, Any]:
    """Return a case of the evaluation format.

    A dismissed conflict is a trap and so is a dismissed pair of quotes; an acknowledged conflict is a conflict. Where
    only pairs were judged, the case has their articles alone: nothing is said about the others.
    """
    conflict = judged.conflict
    every = {claim.id: claim for position in conflict.positions for claim in position.claims}
    traps = [_trap(list(every.values()), judged.dismissal)] if judged.dismissal else []
    pairs = [(every[p.first], every[p.second], p.dismissal) for p in judged.pairs if {p.first, p.second} <= set(every)]
    traps += [_trap([first, second], dismissal) for first, second, dismissal in pairs]
    whole = judged.dismissal or judged.acknowledgement
    told = {claim.article for first, second, _ in pairs for claim in (first, second)}
    return {
        "id": f"desk-{conflict.id}",
        "domain": "desk",
        "facts_from": [],
        "regions": [region for region in _regions(config) if region["name"] in conflict.regions]
        or [{"name": region, "aliases": [], "places": []} for region in conflict.regions],
        "articles": [_article(article) for article in judged.articles if whole or article.id in told],
        "conflicts": [_labelled(conflict)] if judged.acknowledgement else [],
        "traps": [{"id": f"t{number}", **trap} for number, trap in enumerate(traps, 1)],
    }


def _trap(claims: Sequence[Claim], dismissal: Dismissal) -> dict[str, Any]:
    evidence = [_evidence(claim) for claim in claims]
    return {"kind": dismissal.kind or "agreement", "why": dismissal.note, "evidence": evidence}


def _labelled(conflict: Conflict) -> dict[str, Any]:
    positions = [{"answer": p.answer, "evidence": [_evidence(c) for c in p.claims]} for p in conflict.positions]
    return {"id": "c1", "kind": conflict.kind.value, "question": conflict.question, "positions": positions}


def _regions(config: Config) -> list[dict[str, Any]]:
    return [
        {"name": r.name, "aliases": list(r.aliases), "places": [place.name for place in r.places]}
        for r in config.regions
    ]


def _article(article: Article) -> dict[str, str]:
    return {
        "id": article.id,
        "source": article.source,
        "url": article.url,
        "published": timestamp(article.published),
        "title": article.title,
        "text": article.text,
    }


def _evidence(claim: Claim) -> dict[str, str]:
    return {"article": claim.article, "quote": claim.quote}
