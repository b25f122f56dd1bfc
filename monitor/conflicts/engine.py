"""New claims against those already known: which conflicts open, grow or settle. Pure; models come in as a port."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from monitor.conflicts import lifecycle
from monitor.conflicts.calibration import Calibration, bundled
from monitor.conflicts.cluster import SAME, Cluster, clusters, joining
from monitor.conflicts.compare import Conflicting, NoConflict, compare, rule_out
from monitor.conflicts.dismissed import repetitions, same_text, without_dismissed
from monitor.conflicts.likeness import answers_opposed
from monitor.conflicts.pairs import Opinion, Pair, features
from monitor.conflicts.questions import partners
from monitor.conflicts.reasons import Cause
from monitor.model import Claim, Conflict, ConflictChange, Dismissed, Frame
from monitor.ports import PairScorer
from monitor.text.intervals import Relation

MOST_PARTNERS = 10  # a claim's nearest partners; on labelled cases 97 % of conflicts are among twelve
MOST_DRAWN = 120  # claims around a dispute that are compared anew; three times what one dispute may hold
NEAR = 0.12  # promise below which two sentences speak of different things; 1 % of labelled conflicts lie below


@dataclass(frozen=True, slots=True)
class ConflictEngine:
    """Finds and keeps conflicts. `threshold` None takes the model's own, set on held-out cases.

    `screen` None takes the bundled model of which pairs are worth a judge's time.
    """

    scorer: PairScorer | None = None
    model: Calibration | None = None
    threshold: float | None = None
    screen: Calibration | None = None

    def update(
        self,
        new_claims: Sequence[Claim],
        candidates: Sequence[Claim],
        existing: Sequence[Conflict],
        now: datetime,
        copies: Mapping[str, str],
        dismissed: Sequence[Dismissed] = (),
    ) -> list[ConflictChange]:
        """Compare new claims with each other and with `candidates`; return every conflict that changed.

        `dismissed` is what people marked as no conflict: it is none, whoever repeats it.
        """
        opens, joins = self.thresholds
        fresh = self.decide(self.pairs(new_claims, candidates, copies), copies, joins)
        every, touched = self._surroundings(fresh, existing, [*candidates, *new_claims], copies)
        if not touched and not any(isinstance(v, Conflicting) and v.probability >= opens for v in every):
            return []
        said = [verdict.pair for verdict in every]
        agreements = {pair.key: share for pair in said if (share := agreement(pair)) > 0}
        near = {claim.id: claim for pair in said for claim in (pair.first, pair.second)}
        contradicting = self.undismissed([v for v in every if isinstance(v, Conflicting)], dismissed)
        found = clusters(contradicting, agreements, near.values(), opens)
        return self._changes(found, touched, now, copies)

    def _surroundings(
        self,
        fresh: Sequence[Conflicting | NoConflict],
        existing: Sequence[Conflict],
        pool: Sequence[Claim],
        copies: Mapping[str, str],
    ) -> tuple[list[Conflicting | NoConflict], list[Conflict]]:
        """Return the verdicts on all that stands around what `fresh` touches, and the known conflicts among it.

        What stands near a claim matters from when somebody contradicts it, however long it has been here: whoever is
        drawn in is compared with the pool in turn, until nobody is new. Without that, the same claims would make
        another dispute in another order.
        """
        opens, joins = self.thresholds
        every = {verdict.pair.key: verdict for verdict in fresh}
        compared: set[str] = set()
        while True:
            touched = self._touched(existing, list(every.values()))
            drawn = {c.id: c for conflict in touched for p in conflict.positions for c in p.claims}
            edges = joining((v for v in every.values() if isinstance(v, Conflicting)), opens)
            drawn |= {c.id: c for edge in edges for c in (edge.pair.first, edge.pair.second)}
            alike = [v.pair for v in every.values() if not drawn.keys().isdisjoint(v.pair.key) and same(v.pair)]
            drawn |= {c.id: c for pair in alike for c in (pair.first, pair.second)}
            next_ones = [drawn[id] for id in sorted(drawn.keys() - compared)]
            if not next_ones or len(compared) >= MOST_DRAWN:
                return list(every.values()), touched
            compared |= drawn.keys()
            every |= {v.pair.key: v for v in self.decide(self.pairs(next_ones, pool, copies), copies, joins)}

    def pairs(self, new: Sequence[Claim], known: Sequence[Claim], copies: Mapping[str, str]) -> list[Pair]:
        """Return the pairs worth a decision, each once, with what the models say of them."""
        return self._worth_asking(self.allowed(new, known, copies), {claim.id for claim in new})

    def allowed(self, new: Sequence[Claim], known: Sequence[Claim], copies: Mapping[str, str]) -> list[Pair]:
        """Return the pairs that may answer one question and that no rule forbids, each once."""
        pool = list({claim.id: claim for claim in [*known, *new]}.values())
        keys: dict[tuple[str, str], Pair] = {}
        for claim in new:
            for other in partners(claim, pool, by_words=self.scorer is None):
                pair = Pair.of(claim, other)
                keys.setdefault(pair.key, pair)
        return [pair for pair in keys.values() if rule_out(pair, copies) is None]

    def _worth_asking(self, pairs: Sequence[Pair], of: Set[str]) -> list[Pair]:
        return self.with_opinions(self.screened(self.nearest(pairs, of)))

    def decide(
        self, pairs: Sequence[Pair], copies: Mapping[str, str], least: float | None = None
    ) -> list[Conflicting | NoConflict]:
        """Return a verdict for every pair; `least` None asks which could open a dispute of their own."""
        model, threshold = self._model(), self.thresholds[0] if least is None else least
        return [compare(pair, model, copies, threshold) for pair in pairs]

    @property
    def thresholds(self) -> tuple[float, float]:
        """The least probability that opens a dispute, and the least that adds to one."""
        model = self._model()
        opens = model.threshold if self.threshold is None else self.threshold
        return opens, min(opens, model.joins)

    def undismissed(self, found: Sequence[Conflicting], dismissed: Sequence[Dismissed]) -> list[Conflicting]:
        """Leave out what people marked as no conflict, and what repeats it: also of one voice, unlike echoes."""
        if not dismissed or not found:
            return list(found)
        pairs = list(repetitions(found, dismissed))
        repeated = self._worth_asking(pairs, {side for pair in pairs for side in pair.key})
        likeness = {pair.key: 1.0 if same_text(pair) else agreement(pair) for pair in repeated}
        return [v for v in without_dismissed(found, dismissed, likeness) if isinstance(v, Conflicting)]

    def _model(self) -> Calibration:
        return self.model or bundled("with-judge" if self.scorer else "rules-only")

    def nearest(self, pairs: Sequence[Pair], of: Set[str]) -> list[Pair]:
        """Keep the nearest partners of each of these claims, where the two promise to speak of one thing."""
        if self.scorer is None:
            return list(pairs)
        near: dict[str, list[Pair]] = defaultdict(list)
        for pair in sorted(self.with_nearness(pairs), key=lambda pair: (-promise(pair), pair.key)):
            if promise(pair) >= NEAR:
                for side in of & set(pair.key):
                    near[side].append(pair)
        kept = {pair.key: pair for ranked in near.values() for pair in ranked[:MOST_PARTNERS]}
        return [kept[key] for key in sorted(kept)]

    def screened(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Leave out what structure and nearness already make all but hopeless: the judge is slow."""
        if self.scorer is None:
            return list(pairs)
        screen = self.screen or bundled("screen")
        return [pair for pair in pairs if screen.probability(features(pair)) >= screen.threshold]

    def with_nearness(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Return the pairs with how near their sentences are in meaning."""
        if self.scorer is None or not pairs:
            return list(pairs)
        claims = list({c.id: c for pair in pairs for c in (pair.first, pair.second)}.values())
        place = {claim.id: index for index, claim in enumerate(claims)}
        table = self.scorer.nearness(claims, claims)
        return [
            Pair(p.first, p.second, Opinion(p.opinion.judge, table[place[p.first.id]][place[p.second.id]]))
            for p in pairs
        ]

    def with_opinions(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Return the pairs with what the judge says of them."""
        if self.scorer is None or not pairs:
            return list(pairs)
        shares = self.scorer.judge([(pair.first, pair.second) for pair in pairs])
        return [
            Pair(pair.first, pair.second, Opinion(share, pair.opinion.cosine))
            for pair, share in zip(pairs, shares, strict=True)
        ]

    @staticmethod
    def _touched(existing: Sequence[Conflict], verdicts: Sequence[Conflicting | NoConflict]) -> list[Conflict]:
        """The known conflicts that new pairs bear on: by contradicting one of their claims, or by agreeing with it."""
        active = {
            claim.id
            for verdict in verdicts
            if isinstance(verdict, Conflicting) or agreement(verdict.pair) >= 0.5
            for claim in (verdict.pair.first, verdict.pair.second)
        }
        return [c for c in existing if any(claim.id in active for p in c.positions for claim in p.claims)]

    @staticmethod
    def _changes(
        found: Sequence[Cluster], touched: Sequence[Conflict], now: datetime, copies: Mapping[str, str]
    ) -> list[ConflictChange]:
        changes, free, owners = [], list(touched), dict[str, Conflict]()
        for cluster in sorted(found, key=lambda item: (-item.pairs[0].probability, item.pairs[0].pair.key)):
            match = _same_question(cluster, free)
            if match is None:
                conflict = lifecycle.opened(cluster, confidence(cluster), now)
                changes.append(ConflictChange(conflict, Cause.OPENED, True))
                continue
            free.remove(match)
            conflict = lifecycle.grown(match, cluster, confidence(cluster), now, copies)
            owners |= {claim.id: conflict for claim in cluster.claims}
            if conflict is not match:
                changes.append(ConflictChange(conflict, conflict.revisions[-1].cause, False))
        return changes + _merges(free, owners, now)


def _merges(left: Sequence[Conflict], owners: Mapping[str, Conflict], now: datetime) -> list[ConflictChange]:
    """The conflicts whose claims all belong to one other conflict now."""
    changes = []
    for known in left:
        into = {owners[c.id].id: owners[c.id] for p in known.positions for c in p.claims if c.id in owners}
        whole = all(c.id in owners for p in known.positions for c in p.claims)
        conflict = lifecycle.merged(known, next(iter(into.values())), now) if whole and len(into) == 1 else known
        if conflict is not known:
            changes.append(ConflictChange(conflict, Cause.MERGED, False))
    return changes


def agreement(pair: Pair) -> float:
    """How far two claims give the same answer to the same question, 0 to 1."""
    a, b = pair.first, pair.second
    if answers_opposed(a, b):
        return 0.0  # a judge hears that both speak of one battle; who won it is read
    judged = pair.opinion.judge[1] if pair.opinion.judge else 0.0
    if a.quantity and b.quantity:
        same = a.frame is b.frame and a.measure == b.measure and pair.relation is Relation.EQUAL
        alike = a.subject == b.subject and (a.place == b.place or None in (a.place, b.place))
        return max(judged, 0.6) if same and alike else (judged if same else 0.0)
    structured = a.frame is b.frame and a.frame is not Frame.STATEMENT and a.answer is not None
    placed = a.place == b.place or (None in (a.place, b.place) and a.target is not None and a.target == b.target)
    same = structured and placed and (a.answer, a.negated, a.subject) == (b.answer, b.negated, b.subject)
    return max(judged, 0.5) if same else judged


def same(pair: Pair) -> bool:
    """Whether two claims say the same so surely that they stand in one dispute."""
    return agreement(pair) >= SAME


def confidence(cluster: Cluster) -> float:
    """The probability that the question is a real conflict: that of its strongest pair."""
    return cluster.pairs[0].probability


def promise(pair: Pair) -> float:
    """How much a pair promises before any judge is asked: nearness, raised where the frames ask the same."""
    near = pair.opinion.cosine or 0.0
    same = pair.first.frame is pair.second.frame and pair.first.frame is not Frame.STATEMENT
    return near + (0.15 if same else 0.0) + (0.15 if pair.relation is Relation.DISJOINT and same else 0.0)


def _same_question(cluster: Cluster, conflicts: Sequence[Conflict]) -> Conflict | None:
    ids = {claim.id for claim in cluster.claims}
    shared = [(sum(c.id in ids for p in conflict.positions for c in p.claims), conflict) for conflict in conflicts]
    best = max(shared, key=lambda item: (item[0], item[1].opened_at, item[1].id), default=None)
    return best[1] if best is not None and best[0] else None
