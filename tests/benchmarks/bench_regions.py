"""How fast watched names are found: `python -m tests.benchmarks.bench_regions`."""

from __future__ import annotations

import random
import resource
import time

from monitor.claims.focus import PlaceFocus
from monitor.claims.regions import RegionIndex
from monitor.config import PlaceName, Region

SYLLABLES = ("ka", "ro", "min", "sel", "ver", "tan", "du", "bor", "lesh", "grad", "ny", "ov", "ska", "ziv", "ul", "per")
SENTENCE = "Troops of the northern group moved on the village on Monday, the ministry said in a statement. "


def names(count: int, seed: int = 7) -> list[str]:
    """Return `count` invented place names."""
    draw = random.Random(seed)
    return ["".join(draw.choices(SYLLABLES, k=4)).title() for _ in range(count)]


def articles(count: int, known: list[str]) -> list[str]:
    """Return `count` texts of about 250 words, each naming ten of the known places."""
    draw = random.Random(11)
    return ["".join(SENTENCE + f"Shells fell on {draw.choice(known)}. " for _ in range(13)) for _ in range(count)]


def main() -> None:
    """Print build time, articles a second and peak memory with 10 and with 10,000 watched names."""
    texts = articles(400, names(10))
    for count in (10, 10_000):
        began = time.perf_counter()
        index = RegionIndex.build([Region("Watched", (), tuple(PlaceName(n) for n in names(count)))])
        built = time.perf_counter() - began
        began = time.perf_counter()
        found = sum(len(index.find(text)) for text in texts)
        finding = len(texts) / (time.perf_counter() - began)
        focus = PlaceFocus(index)
        focus.of("", texts[0], [(0, len(texts[0]))])
        began = time.perf_counter()
        for text in texts:
            focus.of("", text, [(0, len(text))])
        following = len(texts) / (time.perf_counter() - began)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{count:>6} names: build {built:.2f} s, find {finding:,.0f} articles/s ({found} mentions), "
              f"focus {following:,.0f} articles/s, peak {peak} MB")  # fmt: skip


if __name__ == "__main__":
    main()
