"""People's verdicts as labelled cases, so that the quality gate can learn from them."""

from __future__ import annotations

from typing import Any

from monitor.cli.shapes import timestamp
from monitor.config import Config
from monitor.model import Article, Claim, Conflict
from monitor.store.desk.values import Acknowledgement, Dismissal


def case_of(
    conflict: Conflict, verdict: Dismissal | Acknowledgement, articles: list[Article], config: Config
) -> dict[str, Any]:
    """Return a case of the evaluation format: a dismissed conflict is a trap, an acknowledged one a conflict."""
    case: dict[str, Any] = {
        "id": f"desk-{conflict.id}",
        "domain": "desk",
        "facts_from": [],
        "regions": [region for region in _regions(config) if region["name"] == conflict.region]
        or [{"name": conflict.region, "aliases": [], "places": []}],
        "articles": [_article(article) for article in articles],
        "conflicts": [],
        "traps": [],
    }
    if isinstance(verdict, Dismissal):
        every = [claim for position in conflict.positions for claim in position.claims]
        trap = {"id": "t1", "kind": verdict.kind or "agreement", "why": verdict.note}
        case["traps"].append({**trap, "evidence": [_evidence(claim) for claim in every]})
    else:
        positions = [{"answer": p.answer, "evidence": [_evidence(c) for c in p.claims]} for p in conflict.positions]
        found = {"id": "c1", "kind": conflict.kind.value, "question": conflict.question, "positions": positions}
        case["conflicts"].append(found)
    return case


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
