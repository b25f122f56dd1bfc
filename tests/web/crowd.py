"""A store with very many claims, written in bulk: for the browser tests and the benchmark."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from monitor.adapters.clock import SetClock
from monitor.config import Config, PlaceName, Region
from monitor.model import Claim, Factuality, Frame, Quantity, Source, Speaker, SpeakerKind
from monitor.store import codec, tables
from monitor.store.desk.words import words_of
from monitor.store.repository import SqlStore

REGIONS = {"Kursk Oblast": ("Sudzha", "Kursk", "Rylsk"), "Derna": ("Derna", "Al Bayda"), "Kherson": ("Kherson",)}
FRAMES = [Frame.CASUALTIES, Frame.CONTROL, Frame.STATUS, Frame.ATTACK]
OUTLETS = [f"Outlet {number}" for number in range(60)]
END = datetime(2026, 6, 30, 12, tzinfo=UTC)
PER_CONFLICT, CLAIMS_PER_ARTICLE, PIECE = 8, 4, 20_000
SUBJECTS = ["bridge", "school", "depot", "village", "convoy", "market", "port", "station", "dam", "hospital"]


def crowd(store: SqlStore, claims: int) -> tuple[Config, SetClock]:
    """Fill a store with so many claims, every fifth of them in a conflict; return a config and its clock."""
    regions = tuple(Region(name, places=tuple(map(PlaceName, places))) for name, places in REGIONS.items())
    sources = tuple(Source(name, f"https://{name[7:]}.example/rss") for name in OUTLETS)
    store.sync_sources(sources, END)
    for start in range(0, claims, PIECE):
        _write(store, range(start, min(start + PIECE, claims)), claims)
    return Config(regions, sources), SetClock(END)


def _write(store: SqlStore, numbers: range, every: int) -> None:
    articles = sorted({number // CLAIMS_PER_ARTICLE for number in numbers})
    made = [claim(number, every) for number in numbers]
    held = [number for number in numbers if number % (5 * PER_CONFLICT) < PER_CONFLICT]
    ids = sorted({number // (5 * PER_CONFLICT) for number in held})
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(insert(tables.articles), [_article(number, every) for number in articles])
        revisions = [{"article": f"a{n}", "revision": 1, "title": "A report", "text": text(n)} for n in articles]
        connection.execute(insert(tables.article_revisions), revisions)
        connection.execute(insert(tables.claims), [_claim_row(one) for one in made])
        connection.execute(insert(tables.claim_words), [{"claim": c.id, "words": words_of(c)} for c in made])
        connection.execute(insert(tables.conflicts), [_conflict(number, every) for number in ids])
        connection.execute(insert(tables.positions), [row for number in ids for row in _positions(number)])
        links = [_link(number) for number in held if number // (5 * PER_CONFLICT) in ids]
        connection.execute(insert(tables.position_claims), links)
        carried = sorted({(_outlet(number), f"c{number // (5 * PER_CONFLICT)}") for number in held})
        connection.execute(insert(tables.conflict_sources), [{"source": name, "conflict": id} for name, id in carried])
        opened = [
            {"conflict": f"c{n}", "number": 1, "at": _when(n * 40, every), "cause": "opened", "note": ""} for n in ids
        ]
        connection.execute(insert(tables.revisions), opened)


def text(article: int) -> str:
    """Return an article's text: a sentence for each of its claims."""
    return "\n\n".join(sentence(article * CLAIMS_PER_ARTICLE + at) for at in range(CLAIMS_PER_ARTICLE))


def sentence(number: int) -> str:
    """Return the words of a claim."""
    subject = SUBJECTS[number % len(SUBJECTS)]
    return f"At least {number % 90 + 2} people were killed near the {subject}, the governor said on day {number % 181}."


def _when(number: int, every: int) -> datetime:
    return END - timedelta(seconds=(every - number) * 15_552_000 // every)  # half a year altogether


def claim(number: int, every: int) -> Claim:
    """Return one of the claims."""
    region = list(REGIONS)[number // PER_CONFLICT % 3]
    quote, at = sentence(number), number % CLAIMS_PER_ARTICLE
    start = text(number // CLAIMS_PER_ARTICLE).index(quote)
    killed = float(number % 90 + 2)
    return Claim(
        id=f"k{number:08}",
        article=f"a{number // CLAIMS_PER_ARTICLE}",
        source=_outlet(number),
        region=region,
        place=REGIONS[region][0],
        frame=FRAMES[number // PER_CONFLICT % 4],
        measure="killed",
        speaker=Speaker("the governor", "governor", SpeakerKind.NAMED, "governor"),
        factuality=Factuality.CLAIMED,
        quote=quote,
        field="text",
        start=start,
        end=start + len(quote),
        sentence=quote,
        published=_when(number, every),
        quantity=Quantity(killed, float("inf"), f"at least {killed:.0f}"),
        order=at + 1,
    )


def _outlet(number: int) -> str:
    return OUTLETS[number // CLAIMS_PER_ARTICLE % len(OUTLETS)]


def _claim_row(one: Claim) -> dict[str, Any]:
    own = {"id": one.id, "article": one.article, "revision": 1, "current": True, "region": one.region}
    return {
        **own,
        "place": one.place or "",
        "frame": one.frame.value,
        "published": one.published,
        "data": codec.dump(one),
    }


def _article(number: int, every: int) -> dict[str, Any]:
    at = _when(number * CLAIMS_PER_ARTICLE, every)
    return {
        "id": f"a{number}",
        "source": OUTLETS[number % len(OUTLETS)],
        "source_kind": "agency",
        "url": f"https://outlet.example/{number}",
        "published": at,
        "fetched": at,
        "title": "A report",
        "text": text(number),
        "quality": "full",
        "revision": 1,
        "sample": False,
        "state": "compared",
        "created_at": at,
    }


def _conflict(number: int, every: int) -> dict[str, Any]:
    first = claim(number * 5 * PER_CONFLICT, every)
    return {
        "id": f"c{number}",
        "region": first.region,
        "place": first.place,
        "frame": first.frame.value,
        "kind": "count",
        "question": f"How many people were killed near {first.place} on day {number}?",
        "confidence": 0.5 + number % 50 / 100,
        "reasons": codec.to_text(["the figures cannot both be right"]),
        "state": ("open", "settled", "quiet")[number % 3],
        "opened_at": first.published,
        "updated_at": first.published,
    }


def _positions(number: int) -> Iterator[dict[str, Any]]:
    for at in (0, 1):
        yield {"conflict": f"c{number}", "number": at, "answer": f"answer {at}", "state": "held", "created_at": END}


def _link(number: int) -> dict[str, Any]:
    at = number % PER_CONFLICT
    return {"conflict": f"c{number // (5 * PER_CONFLICT)}", "claim": f"k{number:08}", "position": at % 2, "number": at}
