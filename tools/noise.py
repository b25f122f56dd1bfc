"""Count the false conflicts in invented news without any: `python -m tools.noise [--articles N] [--write FOLDER]`.

The articles share vocabulary, places and speakers; tolls are updated, figures come daily, several events fall on one
day, copies travel, a speaker corrects himself; three in ten name another watched region in passing. Whatever is
reported is false. At most 2 in 1,000 articles are accepted.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from monitor.cli.articles import load_articles
from monitor.cli.rerun import rerun
from monitor.cli.shapes import conflict_lines
from monitor.config import parse_config
from monitor.model import Article, Conflict
from tools import noise_world

ACCEPTED = 2 / 1000  # of the articles


def false_conflicts(articles: Sequence[Article], regions: int) -> list[Conflict]:
    """Run articles of the invented world through the daemon's stages; return what they are said to contradict."""
    app = rerun(parse_config(json.dumps(noise_world.watchlist(regions))), articles)
    try:
        return app.store.conflicts()
    finally:
        app.close()


def write(folder: Path, articles: Sequence[Article], regions: int) -> None:
    """Write the watchlist and the articles as `counterclaim replay` reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "watchlist.yaml").write_text(json.dumps(noise_world.watchlist(regions), indent=1), encoding="utf-8")
    lines = [json.dumps(_record(article), ensure_ascii=False) + "\n" for article in articles]
    (folder / "articles.jsonl").write_text("".join(lines), encoding="utf-8")
    load_articles(folder / "articles.jsonl")


def _record(article: Article) -> dict[str, str]:
    names = ("id", "source", "url", "title", "text")
    return {name: getattr(article, name) for name in names} | {"published": article.published.isoformat()}


def main() -> int:
    """Print every false conflict and their number."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--regions", type=int, default=len(noise_world.REGIONS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write the articles and stop")
    options = parser.parse_args()
    articles = noise_world.articles(options.articles, options.seed, options.regions)
    if options.write:
        write(options.write, articles, options.regions)
        return 0
    begun = time.monotonic()
    found = false_conflicts(articles, options.regions)
    for conflict in found:
        print("\n".join(conflict_lines(conflict)), end="\n\n")
    print(f"{len(found)} false conflicts in {len(articles)} articles, {time.monotonic() - begun:.0f} s")
    return int(len(found) > ACCEPTED * len(articles))


if __name__ == "__main__":
    sys.exit(main())
