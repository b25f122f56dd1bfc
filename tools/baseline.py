"""The naive baseline: `python -m tools.baseline [CASE.json or folder ...]` scores it on labelled cases;
`--config FILE --articles FILE` prints what it reports in the shape of `replay`.

Two claims contradict each other when they are about one region, were published within a day of each other, and either
count the same noun with different numbers or stand on opposite poles of a pair of verbs. Nothing else is asked but that
they come from two sources or two speakers.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from monitor.claims.tagger import build_tagger
from monitor.cli.articles import load_articles
from monitor.cli.options import print_json
from monitor.cli.replay import oldest_first
from monitor.cli.shapes import claim_shape, conflict_shape
from monitor.config import load_config, parse_config
from monitor.conflicts.axes import opposed
from monitor.model import Claim, Conflict, ConflictKind, Position
from monitor.text.words import stem, stopwords
from tests.quality import CASES, Tally, load_case, score
from tools.figures import files, print_figures

_DAY = timedelta(days=1)
_COUNTED = re.compile(r"\b(\d[\d,]*(?:\.\d+)?)\s+((?:[a-z]+[ -]){0,2}[a-z]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Naive:
    """A pair that the baseline reports: the noun or verbs, and both claims."""

    about: str
    kind: ConflictKind
    first: Claim
    second: Claim


def counted(claim: Claim) -> dict[str, str]:
    """Return noun → number: what the claim counts, else each "12 houses" of its words."""
    if claim.quantity is not None and claim.subject:
        return {stem(claim.subject.split()[-1]): f"{claim.quantity.low:g}"}
    found: dict[str, str] = {}
    for number, words in _COUNTED.findall(claim.quote):
        noun = next((stem(word) for word in words.lower().split() if word not in stopwords()), None)
        if noun:
            found.setdefault(noun, f"{float(number.replace(',', '')):g}")
    return found


def contradictions(claims: Iterable[Claim]) -> Iterator[Naive]:
    """Yield every pair of one region and a day that differs in a number or in a verb."""
    for first, second in itertools.combinations(claims, 2):
        if first.region != second.region or abs(first.published - second.published) > _DAY:
            continue
        if (first.source, first.speaker.key) != (second.source, second.speaker.key):
            yield from _differences(first, second)


def _differences(first: Claim, second: Claim) -> Iterator[Naive]:
    mine, others = counted(first), counted(second)
    for noun in sorted(mine.keys() & others.keys()):
        if mine[noun] != others[noun]:
            yield Naive(noun, ConflictKind.COUNT, first, second)
    if opposed(first.quote, second.quote)[0]:
        yield Naive("verbs", ConflictKind.OUTCOME, first, second)


def reports(pairs: Iterable[Naive]) -> list[Conflict]:
    """Return one conflict for each noun, region and day, with a position for each number or pole."""
    groups: dict[tuple[str, str, str], list[Naive]] = defaultdict(list)
    for pair in pairs:
        groups[pair.first.region, f"{pair.first.published:%Y-%m-%d}", pair.about].append(pair)
    return [_report(key, group) for key, group in sorted(groups.items())]


def _report(key: tuple[str, str, str], group: Sequence[Naive]) -> Conflict:
    region, day, about = key
    opened = max(pair.second.published for pair in group)
    return Conflict(
        id=hashlib.sha256("\n".join(key).encode()).hexdigest()[:12],
        region=region,
        place=None,
        frame=group[0].first.frame,
        kind=group[0].kind,
        question=f"{region}, {day}: {about}?",
        positions=tuple(Position(answer, tuple(claims)) for answer, claims in _sides(about, group).items()),
        confidence=0.5,
        opened_at=opened,
        updated_at=opened,
    )


def _sides(about: str, group: Sequence[Naive]) -> dict[str, list[Claim]]:
    if about == "verbs":
        first = group[0].first
        claims = {claim.id: claim for pair in group for claim in (pair.first, pair.second)}
        poles = {id: opposed(first.quote, claim.quote)[0] for id, claim in claims.items()}
        return {
            "as it says": [claim for id, claim in claims.items() if not poles[id]],
            "otherwise": [claim for id, claim in claims.items() if poles[id]],
        }
    sides: dict[str, dict[str, Claim]] = defaultdict(dict)
    for claim in (claim for pair in group for claim in (pair.first, pair.second)):
        sides[counted(claim)[about]][claim.id] = claim
    return {number: list(claims.values()) for number, claims in sides.items()}


def measured(cases: Iterable[Path]) -> Tally:
    """Score the baseline on labelled cases."""
    tally = Tally()
    for path in cases:
        case = load_case(path)
        tagger = build_tagger(parse_config(case.config))
        claims = [claim for article in case.articles for claim in tagger.tag(article)]
        list(score(case, claims, reports(contradictions(claims)), tally))
    return tally


def main() -> int:
    """Print the figures on labelled cases, or claims and the baseline's conflicts as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", type=Path, default=[CASES])
    parser.add_argument("--config")
    parser.add_argument("--articles")
    parser.add_argument("--json", action="store_true", help="taken for the shape of replay; always so")
    options = parser.parse_args()
    if not (options.config and options.articles):
        print_figures({"naive baseline": measured(files(options.cases))})
        return 0
    tagger = build_tagger(load_config(options.config))
    articles = oldest_first(load_articles(options.articles))
    claims = [claim for article in articles for claim in tagger.tag(article)]
    found = [conflict_shape(conflict) for conflict in reports(contradictions(claims))]
    print_json({"articles": len(articles), "claims": [claim_shape(claim) for claim in claims], "conflicts": found})
    return 0


if __name__ == "__main__":
    sys.exit(main())
