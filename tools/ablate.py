"""What each filter is worth: the labelled cases with one of them taken away at a time.

`python -m tools.ablate [--without NAME ...] [--opinions FILE] [CASE.json or folder ...]` prints a line for the whole
and one for each ablation. What the judge said is kept in FILE: every variant and every later run asks it once.
Rules are taken away by giving the engine claims that do not trip them (a plan as a fact, a speaker as somebody new);
features by hiding them from the trained model, which then goes the way its splits go for what is not known.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import nullcontext
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from monitor.adapters.clock import SetClock
from monitor.app import App, open_app
from monitor.config import Config, parse_config
from monitor.conflicts import compare
from monitor.conflicts.calibration import Calibration, bundled
from monitor.conflicts.engine import ConflictEngine
from monitor.conflicts.pairs import FEATURES, UNREAL, Pair
from monitor.model import Article, Claim, Conflict, ConflictChange, Dismissed, Factuality, Position, SourceKind
from monitor.ports import PairScorer
from tests.quality import CASES, Case, Tally, load_case, score
from tools.figures import files, print_figures
from tools.opinions import remembering

HIDDEN: dict[str, tuple[str, ...]] = {
    "judge": ("judge_",),
    "nearness": ("cosine",),
    "figures": ("apart", "meet", "rounding", "units", "ratio", "grows", "figures", "shared_numbers", "least_figure"),
    "kinds of figure": ("totals", "increments", "subsets", "complements", "periods", "changes"),
    "times": ("hours", "times_apart"),
    "places": ("same_place", "shared_places"),
    "roles": ("same_subject", "near_subject", "same_actor", "same_target", "same_answer"),
    "frames": ("same_frame", "same_measure", "statements", "counts", "casualties"),
    "opposition": ("opposed", "aligned", "negations", "negated", "denials"),
    "speakers": ("same_side", "same_source", "same_article", "outlets"),
    "words": ("shared_words", "shared_names"),
    "factuality": ("unreal", "opinions", "background", "possible"),
    "layout": ("titles", "leads", "length", "lengths"),
}
"""Groups of features by the beginnings of their names."""

Change = Callable[[Claim], Claim]


def _fact(claim: Claim) -> Claim:
    return replace(claim, factuality=Factuality.ASSERTED) if claim.factuality in UNREAL else claim


def _no_opinion(claim: Claim) -> Claim:
    opinion = claim.factuality is Factuality.OPINION
    return replace(claim, factuality=Factuality.ASSERTED) if opinion else claim


def _stranger(claim: Claim) -> Claim:
    new = replace(claim.speaker, key=f"{claim.speaker.key} {claim.id}", root=f"{claim.speaker.root} {claim.id}")
    return replace(claim, speaker=new, source=f"{claim.source} {claim.id}")


def _same(claim: Claim) -> Claim:
    return claim


def _weigh(pair: Pair) -> None:
    """Rule nothing out."""


RULES: dict[str, Change] = {
    "rule: not factual": _fact,
    "rule: opinion": _no_opinion,
    "rule: one speaker": _stranger,
    "rule: copies": _same,  # by leaving out which article is a copy
    "rule: other things": _same,  # by not asking `apart`
}


@dataclass(frozen=True)
class Blind(Calibration):
    """A trained model that does not see some features."""

    hidden: frozenset[str] = frozenset()

    @classmethod
    def to(cls, model: Calibration, hidden: Iterable[str]) -> Blind:
        """Hide features from a model."""
        kept = {item.name: getattr(model, item.name) for item in fields(Calibration)}
        return cls(**kept, hidden=frozenset(hidden))

    def probability(self, values: dict[str, float]) -> float:
        """Return what the model says without what is hidden."""
        return Calibration.probability(self, {k: v for k, v in values.items() if k not in self.hidden})


@dataclass(frozen=True)
class Variant:
    """The engine with something taken away."""

    engine: ConflictEngine
    change: Change = _same
    copies: bool = True
    things: bool = True

    def update(
        self,
        new_claims: Sequence[Claim],
        candidates: Sequence[Claim],
        existing: Sequence[Conflict],
        now: datetime,
        copies: Mapping[str, str],
        dismissed: Sequence[Dismissed] = (),
    ) -> list[ConflictChange]:
        """Compare as the engine does, claims changed first."""
        new, known = [[self.change(claim) for claim in side] for side in (new_claims, candidates)]
        held = [replace(one, positions=tuple(self._changed(p) for p in one.positions)) for one in existing]
        with nullcontext() if self.things else patch.object(compare, "about_other_things", _weigh):
            return self.engine.update(new, known, held, now, copies if self.copies else {}, dismissed)

    def _changed(self, position: Position) -> Position:
        return Position(position.answer, tuple(self.change(claim) for claim in position.claims))


@dataclass
class Remembered:
    """A tagger that reads each article once, whatever is taken away behind it."""

    claims: dict[str, list[Claim]]
    language: str = "en"

    def tag(self, article: Article) -> list[Claim]:
        """Return what was read before."""
        return self.claims[article.id]


def variants(scorer: PairScorer | None, model: Calibration, rules: Calibration) -> Iterator[tuple[str, Variant]]:
    """Yield the whole engine, then one without each filter."""
    yield "whole", Variant(ConflictEngine(scorer, model))
    for name, change in RULES.items():
        copies, things = name != "rule: copies", name != "rule: other things"
        yield name, Variant(ConflictEngine(scorer, model), change, copies, things)
    for name, starts in HIDDEN.items():
        blind = Blind.to(model, [feature for feature in FEATURES if feature.startswith(starts)])
        yield f"features: {name}", Variant(ConflictEngine(scorer, blind))
    yield "the judge altogether", Variant(ConflictEngine(None, rules))


def found_in(case: Case, config: Config, tagger: Remembered, variant: Variant) -> list[Conflict]:
    """Run a case's articles through the pipeline with this variant of the engine."""
    clock = SetClock(case.articles[0].published)
    app: App = open_app(config, clock, "sqlite://")
    app.tagger, app.engine = tagger, variant  # type: ignore[assignment]
    for article in case.articles:
        clock.set(article.published)
        app.take_in(article, SourceKind.OTHER)
        app.tag(article.id)
        app.compare(article.id)
    conflicts = app.store.conflicts()
    app.close()
    return conflicts


def main() -> int:
    """Print precision, recall, repeats and traps of every variant."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without", action="append", default=[], metavar="NAME", help="only these ablations")
    parser.add_argument("--opinions", type=Path, metavar="FILE", help="keep what the judge says here")
    parser.add_argument("cases", nargs="*", type=Path, default=[CASES])
    options = parser.parse_args()
    scorer = remembering(options.opinions)
    print_figures(measured(files(options.cases), scorer, set(options.without)))
    return 0


def measured(cases: Iterable[Path], scorer: PairScorer, only: Set[str] = frozenset()) -> dict[str, Tally]:
    """Score every variant, or the whole engine and some of them, on labelled cases."""
    model, rules = bundled("with-judge"), bundled("rules-only")
    tallies: dict[str, Tally] = {}
    for path in cases:
        case = load_case(path)
        config = parse_config(case.config)
        tagger = App(config, None).tagger  # type: ignore[arg-type]
        read = Remembered({article.id: tagger.tag(article) for article in case.articles})
        claims = [claim for found in read.claims.values() for claim in found]
        for name, variant in variants(scorer, model, rules):
            if not only or name == "whole" or name in only:
                conflicts = found_in(case, config, read, variant)
                list(score(case, claims, conflicts, tallies.setdefault(name, Tally())))
    return tallies


if __name__ == "__main__":
    sys.exit(main())
