"""A real store filled from the project's own cases, as the pipeline would fill it, without a language model.

Claims are the labelled evidence of the cases' positions; conflicts are their labelled conflicts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.config import Config, PlaceName, Region, WebPolicy
from monitor.model import (
    Alert,
    AlertState,
    Article,
    Cause,
    Claim,
    Conflict,
    ConflictChange,
    ConflictKind,
    Factuality,
    Frame,
    Position,
    Quantity,
    Revision,
    Source,
    SourceKind,
    Speaker,
    SpeakerKind,
)
from monitor.ports import ArticleState, Candidates
from monitor.store.codec import identity
from monitor.store.repository import SqlStore

CASES = Path(__file__).parent.parent / "cases"
FRAMES = {
    "count": Frame.CASUALTIES,
    "control": Frame.CONTROL,
    "responsibility": Frame.RESPONSIBILITY,
    "status": Frame.STATUS,
    "time": Frame.TIME,
    "place": Frame.PLACE,
    "identity": Frame.IDENTITY,
    "outcome": Frame.OCCURRENCE,
    "occurrence": Frame.OCCURRENCE,
}
KINDS = list(SourceKind)
_SAID = re.compile(
    r"((?:the |The )(?:[A-Z]?[\w’'-]+ )?(?:ministry|police|army|government|spokesman|committee|office)"
    r"|(?!He |She |It |They |We )[A-Z][\w’'-]+ [A-Z][\w’'-]+),? (?:said|says)"
)


def cases(names: list[str] | None = None, most: int = 8) -> list[dict[str, Any]]:
    """Return cases by name, or the first ones."""
    paths = [CASES / f"{name}.json" for name in names] if names else sorted(CASES.glob("*.json"))[:most]
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def shared_cases(most: int) -> list[dict[str, Any]]:
    """Return some cases of the folder beside the project, none where there is no such folder."""
    paths = sorted((CASES.parents[2] / "shared" / "cases").glob("*.json"))[:most]
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def config_of(found: list[dict[str, Any]], web: WebPolicy = WebPolicy(), storage: str = "sqlite://") -> Config:  # noqa: B008
    """Return a config that watches the cases' regions and reads their outlets."""
    regions = {
        r["name"]: Region(r["name"], tuple(r.get("aliases", ())), tuple(PlaceName(str(p)) for p in r.get("places", ())))
        for case in found
        for r in case["regions"]
    }
    outlets = sorted({article["source"] for case in found for article in case["articles"]})
    sources = tuple(
        Source(name, f"https://{name.lower().replace(' ', '')}.example/rss", "GB", KINDS[number % len(KINDS)])
        for number, name in enumerate(outlets)
    )
    return Config(tuple(regions.values()), sources, web=web, storage=storage)


def article_of(case: dict[str, Any], data: dict[str, Any]) -> Article:
    """Return an article of a case under an id that no other case has."""
    published = datetime.fromisoformat(data["published"])
    return Article(
        id=f"{case['id']}-{data['id']}",
        source=data["source"],
        url=data["url"],
        published=published,
        title=data["title"],
        text=data["text"],
        fetched=published + timedelta(minutes=7),
        language="en",
    )


def claim_of(case: dict[str, Any], article: Article, quote: str, kind: str, answer: str) -> Claim:
    """Return the claim that a piece of evidence makes."""
    field = "text" if quote in article.text else "title"
    body: str = getattr(article, field)
    start = body.index(quote)
    region = case["regions"][0]
    place = next((str(p) for p in region.get("places", ()) if str(p) in f"{quote} {article.title}"), None)
    return Claim(
        id=identity(article.id, field, start, kind),
        article=article.id,
        source=article.source,
        region=region["name"],
        place=place,
        frame=FRAMES[kind],
        measure=kind,
        speaker=_speaker(article, body[max(0, start - 80) : start + len(quote) + 80]),
        factuality=Factuality.CLAIMED if "said" in quote else Factuality.ASSERTED,
        quote=quote,
        field=field,
        start=start,
        end=start + len(quote),
        sentence=quote,
        published=article.published,
        answer=answer,
        quantity=_quantity(answer, quote) if kind == "count" else None,
        order=body.count(".", 0, start),
    )


def _speaker(article: Article, around: str) -> Speaker:
    found = _SAID.search(around)
    if found is None:
        return Speaker(article.source, article.source.lower(), SpeakerKind.OUTLET, article.source.lower())
    name = found[1]
    return Speaker(name, name.lower(), SpeakerKind.NAMED, name.lower())


def _quantity(answer: str, quote: str) -> Quantity | None:
    found = re.search(r"\d[\d,]*(?:\.\d+)?", answer)
    if found is None:
        return None
    number = float(found[0].replace(",", ""))
    if re.search(r"at least|more than|over", answer):
        return Quantity(number, float("inf"), answer)
    wide = 0.1 * number if re.search(r"about|around|some|nearly", answer) else 0.0
    return Quantity(number - wide, number + wide, answer, exact=not wide)


def conflicts_of(case: dict[str, Any], articles: dict[str, Article]) -> Iterator[Conflict]:
    """Yield the labelled conflicts of a case."""
    for label in case["conflicts"]:
        positions = tuple(
            Position(
                position["answer"],
                tuple(
                    claim_of(case, articles[e["article"]], e["quote"], label["kind"], position["answer"])
                    for e in position["evidence"]
                ),
            )
            for position in label["positions"]
        )
        every = sorted((c for p in positions for c in p.claims), key=lambda claim: claim.published)
        opened, changed = every[1].published, every[-1].published
        id = identity(case["id"], label["id"])[:12]
        kind = ConflictKind(label["kind"])
        confidence = {"easy": 0.94, "medium": 0.78, "hard": 0.61}.get(label.get("difficulty", ""), 0.7)
        revisions = [Revision(1, opened, Cause.OPENED, " — ".join(p.answer for p in positions))]
        if changed > opened:
            revisions.append(Revision(2, changed, Cause.NEW_SOURCE, every[-1].source))
        yield Conflict(
            id=id,
            region=case["regions"][0]["name"],
            place=next((c.place for c in every if c.place), None),
            frame=FRAMES[label["kind"]],
            kind=kind,
            question=label["question"],
            positions=positions,
            confidence=confidence,
            opened_at=opened,
            updated_at=changed,
            reasons=(
                "the figures cannot both be right",
                f"two independent voices: {every[0].source} and {every[-1].source}",
            ),
            revisions=tuple(revisions),
        )


def fill(store: SqlStore, found: list[dict[str, Any]], config: Config) -> list[Conflict]:
    """Put the cases into a store through its own methods, with an alert for each conflict; return the conflicts."""
    done: list[Conflict] = []
    store.sync_sources(config.sources, datetime(2026, 1, 1, tzinfo=UTC))
    kinds = {source.name: source.kind for source in config.sources}
    for case in found:
        articles = {data["id"]: article_of(case, data) for data in case["articles"]}
        conflicts = list(conflicts_of(case, articles))
        _save(store, articles, conflicts, kinds)
        done += conflicts
    return done


def _save(
    store: SqlStore, articles: dict[str, Article], conflicts: list[Conflict], kinds: dict[str, SourceKind]
) -> None:
    claims = {claim.id: claim for conflict in conflicts for p in conflict.positions for claim in p.claims}
    for article in articles.values():
        at = article.fetched or article.published
        store.save_article(None, article, kinds[article.source], (), ArticleState.FETCHED, at)
        store.save_claims(article, [claim for claim in claims.values() if claim.article == article.id], at)
    last = max(articles.values(), key=lambda article: article.published)
    comparison = store.load_comparison(last.id, Candidates())
    changes = [ConflictChange(conflict, Cause.OPENED, True) for conflict in conflicts]
    versions = {conflict.region: 0 for conflict in conflicts} | dict(comparison.versions)
    alerts = [_alert(number, conflict) for number, conflict in enumerate(conflicts)]
    assert store.save_comparison(last.id, replace(comparison, versions=versions), changes, alerts, last.published)
    for alert in alerts[::2]:
        store.claim_alert(alert.id, alert.not_before, timedelta(minutes=3))
        store.mark_sent(alert.id, {"ts": "1"}, alert.not_before)


def _alert(number: int, conflict: Conflict) -> Alert:
    held = number % 4 == 3
    return Alert(
        id=identity("alert", conflict.id),
        conflict=conflict.id,
        revision=1,
        target="desk",
        reason="new",
        created=conflict.opened_at,
        not_before=conflict.opened_at + timedelta(minutes=2),
        state=AlertState.SUPPRESSED if held else AlertState.PENDING,
        detail="below the target's confidence" if held else "",
    )
