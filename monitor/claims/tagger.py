"""The built-in English tagger: article → claims.

Order of work: find watched names (an article without any is never parsed), split, drop sentences that can hold no
claim or are about somewhere else, parse the rest in one batch, then clause by clause: speaker, frame and roles,
factuality, time. At most `MOST_IN_SENTENCE` claims a sentence.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from spacy.tokens import Doc

from monitor.claims.actors import states_in
from monitor.claims.attribution import Attribution, Discourse, attributions, look_ahead, outlet_speaker, report_at
from monitor.claims.clauses import clauses
from monitor.claims.factuality import Commitment, commitment
from monitor.claims.focus import Focus, PlaceFocus, dateline
from monitor.claims.frames import Clause, Reading, readers
from monitor.claims.frames.figures import carried_over, with_figure
from monitor.claims.quantities import find_quantities
from monitor.claims.readable import names_of, readable
from monitor.claims.regions import RegionIndex
from monitor.claims.sentences import Sentence, can_claim, load, parse, split
from monitor.claims.sides import with_side
from monitor.claims.time_rules import TimeRole
from monitor.claims.times import TimeMention, resolve_times
from monitor.claims.wording import Wording, wording
from monitor.claims.worth import most_telling
from monitor.config import Config
from monitor.model import Article, Claim, Frame, TimeSpan
from monitor.ports import Tagger

MOST_IN_SENTENCE = 3
MOST_NEIGHBOURS = 4  # other watched regions that a claim is compared with; a round-up of the world names a dozen
_CUT = 600  # characters of a quote


class Skipped(StrEnum):
    """Why an article or a sentence yields no claim."""

    LANGUAGE = "no tagger for its language"
    NO_REGION = "names no watched region"
    ELSEWHERE = "about somewhere else"
    NO_CLAIM = "can hold no claim"
    TOPIC = "not a topic of the region"
    BUDGET = "less telling than the article's other claims"


@dataclass(frozen=True, slots=True)
class Tagged:
    """One sentence with what was read in it; `skipped` says why when nothing was."""

    sentence: Sentence
    focus: Focus | None
    claims: tuple[Claim, ...] = ()
    skipped: Skipped | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A reading with its clause and who says it, before it becomes a claim."""

    clause: Clause
    reading: Reading
    report: Attribution | None
    start: int
    end: int


class EnglishTagger:
    """Reads English articles. One instance serves a process; it holds the parser and the index of names."""

    language = "en"

    def __init__(self, config: Config) -> None:
        self._topics = {region.name: region.topics for region in config.regions}
        self._index = RegionIndex.build(config.regions)
        self._names = names_of(config.regions)
        self._focus = PlaceFocus(self._index)
        self._model = config.language_model

    def tag(self, article: Article) -> list[Claim]:
        """Return the article's claims in text order; every quote is a substring at its offsets."""
        return [claim for tagged in self.trace(article) for claim in tagged.claims]

    def trace(self, article: Article) -> list[Tagged]:
        """Return every sentence with its claims, or with the reason why it has none."""
        sentences = split(article.title, article.text)
        if article.language is not None and not article.language.lower().startswith("en"):
            return [Tagged(s, None, skipped=Skipped.LANGUAGE) for s in sentences]
        focus, regions = self._follow(article, sentences)
        skips = [_skip(s, f) for s, f in zip(sentences, focus, strict=True)]
        if all(f is None or f.region is None for f in focus):
            return [Tagged(s, f, skipped=Skipped.NO_REGION) for s, f in zip(sentences, focus, strict=True)]
        kept = [s for s, skip in zip(sentences, skips, strict=True) if skip is None]
        docs = parse(load(self._model), readable(article.text, kept, self._names))
        discourse = Discourse(outlet_speaker(article.source), home=_home(article.text))
        reports, open_after = [], []
        said = [wording(doc) for doc in docs]
        for sentence, doc, words in zip(kept, docs, said, strict=True):
            reports.append(attributions(doc, words, sentence, discourse))
            open_after.append(discourse.in_quote)
        look_ahead(reports, open_after)
        told = iter(zip(docs, said, reports, strict=True))
        traced = []
        for sentence, at, skip in zip(sentences, focus, skips, strict=True):
            if skip is not None or at is None:
                traced.append(Tagged(sentence, at, skipped=skip))
                continue
            claims = tuple(
                with_side(self._sentence(article, sentence, *next(told), at, discourse), _last(traced, sentence))
            )
            traced.append(Tagged(sentence, at, claims, None if claims else Skipped.NO_CLAIM))
        return [_among(tagged, regions) for tagged in _within_budget(traced, article)]

    def _follow(self, article: Article, sentences: Sequence[Sentence]) -> tuple[list[Focus | None], tuple[str, ...]]:
        """Return the focus of each sentence, and the watched regions that the article names."""
        inside = [s for s in sentences if s.field == "text"]
        found = self._focus.of(article.title, article.text, [(s.start, s.end) for s in inside])
        by_text = iter(found.sentences)
        return [found.title if s.field == "title" else next(by_text) for s in sentences], found.regions

    def _sentence(
        self,
        article: Article,
        sentence: Sentence,
        doc: Doc,
        words: Wording,
        reports: list[Attribution],
        focus: Focus,
        discourse: Discourse,
    ) -> Iterator[Claim]:
        quantities = find_quantities(words.text)
        times = resolve_times(sentence.text, article.published)
        pieces = clauses(doc, words, reports, quantities, title=sentence.field == "title")
        found: list[_Found] = []
        for piece in pieces:
            said = [f.reading for f in found]
            found += [replace(f, reading=carried_over(said, f.reading)) for f in _read(piece, reports, discourse)]
        for number, item in enumerate(_spread(_merged(found, discourse, doc), doc)[:MOST_IN_SENTENCE]):
            claim = _claim(article, sentence, focus, item, discourse, times, number)
            topics = self._topics.get(claim.region)
            if topics is None or claim.frame in topics:
                yield claim


def _last(traced: Sequence[Tagged], sentence: Sentence) -> str | None:
    """Return the actor of the last claim of the sentence's paragraph so far."""
    here = (t for t in reversed(traced[-3:]) if t.sentence.paragraph == sentence.paragraph)
    return next((c.actor for t in here for c in reversed(t.claims) if c.actor), None)


def build_tagger(config: Config) -> Tagger:
    """Return the English tagger for a config's regions; also the factory registered as `counterclaim.taggers: en`."""
    return EnglishTagger(config)


def _within_budget(traced: list[Tagged], article: Article) -> list[Tagged]:
    """Drop the least telling claims of an article that has more than its length allows."""
    words = len(article.text.split()) + len(article.title.split())
    kept = {claim.id for claim in most_telling([c for t in traced for c in t.claims], words)}
    return [
        replace(t, claims=tuple(c for c in t.claims if c.id in kept), skipped=t.skipped or _dropped(t, kept))
        for t in traced
    ]


def _among(tagged: Tagged, regions: Sequence[str]) -> Tagged:
    """Tell each claim which other regions its article names: what is said there may contradict it."""
    if len(regions) < 2:
        return tagged
    return replace(tagged, claims=tuple(replace(c, neighbours=_others(c.region, regions)) for c in tagged.claims))


def _others(region: str, regions: Sequence[str]) -> tuple[str, ...]:
    return tuple([other for other in regions if other != region][:MOST_NEIGHBOURS])


def _dropped(tagged: Tagged, kept: set[str]) -> Skipped | None:
    return Skipped.BUDGET if tagged.claims and not any(c.id in kept for c in tagged.claims) else None


def _home(text: str) -> str | None:
    head = dateline(text)
    states = states_in(head.place.title()) if head is not None else ()
    return states[0] if len(states) == 1 else None


def _skip(sentence: Sentence, focus: Focus | None) -> Skipped | None:
    if focus is None or focus.region is None:
        return Skipped.ELSEWHERE
    return None if can_claim(sentence) else Skipped.NO_CLAIM


def _read(clause: Clause, reports: list[Attribution], discourse: Discourse) -> Iterator[_Found]:
    """Yield the best frame's readings of a clause: one, or one for each different figure."""
    best = _best(_readings(clause), title=clause.title)
    for reading in best:
        report = _report(reading, clause, reports)
        yield _Found(clause, with_figure(reading, clause), report, clause.start, clause.end)


_AT_MOST = {Frame.QUANTITY: 0.55, Frame.STATEMENT: 0.0}  # scores of the frames that read whatever no other does


def _readings(clause: Clause) -> list[Reading]:
    """Return what the frames read in a clause, without those that a higher score has already beaten."""
    found: list[Reading] = []
    highest = -math.inf
    for reader in readers():
        if highest < _AT_MOST.get(reader.frame, math.inf):
            read = reader.read(clause)
            highest = max([highest, *(r.score for r in read)])
            found += read
    return found


def _report(reading: Reading, clause: Clause, reports: list[Attribution]) -> Attribution | None:
    """Return the report that a reading stands in: that of its figure where it has one, else of its predicate."""
    head = reading.head if reading.head is not None else clause.head
    own = next((a for a in reports if a.verb is not None and a.verb.i == head.i), None)
    if own is not None and (reading.frame in {Frame.OCCURRENCE, Frame.RESPONSIBILITY} or reading.quantity is not None):
        return own
    span = clause.doc.char_span(*reading.span, alignment_mode="expand") if reading.span is not None else None
    return report_at(head.i, reports) or (report_at(span.root.i, reports) if span is not None and len(span) else None)


def _best(found: Iterable[Reading], *, title: bool) -> list[Reading]:
    ranked = sorted(found, key=lambda r: -r.score)
    if not ranked:
        return []
    first = ranked[0]
    same = [
        r for r in ranked[1:]
        if r.frame is first.frame and r.quantity is not None and first.quantity is not None
        and r.span != first.span and (r.measure, r.subject) != (first.measure, first.subject)
    ]  # fmt: skip
    return [first, *(same[:1] or _beside(ranked, title=title))]


_COUNTING = frozenset({
    Frame.CASUALTIES, Frame.PEOPLE, Frame.EQUIPMENT, Frame.LAUNCHES, Frame.CROWD, Frame.AREA, Frame.DISASTER,
})  # fmt: skip
_SURE = 1.3  # score from which a second frame's figure in one clause is a claim of its own


def _beside(ranked: list[Reading], *, title: bool) -> list[Reading]:
    """Return the reading of another figure: "lost 40 vehicles and hundreds of men" counts things and people."""
    first = ranked[0]
    if not (title or (first.frame in _COUNTING and first.span is not None)):
        return []  # a headline puts two things side by side: "Ferry sinks, 80 missing"
    other = next((r for r in ranked[1:] if r.span is not None and r.span != first.span), None)
    sure = other is not None and other.frame in _COUNTING and other.frame is not first.frame and other.score >= _SURE
    return [other] if sure and other is not None else []


def _merged(found: list[_Found], discourse: Discourse, doc: Doc) -> list[_Found]:
    """Join neighbouring clauses that assert nothing different: same speaker, one of them without a frame."""
    kept: list[_Found] = []
    for item in found:
        if kept and _same_voice(kept[-1], item) and (joined := _joined(kept[-1], item)):
            kept[-1] = joined
        else:
            kept.append(item)
    return kept


def _same_voice(left: _Found, right: _Found) -> bool:
    return _voice(left) == _voice(right)


def _voice(item: _Found) -> tuple[str, str] | None:
    return None if item.report is None else (item.report.speaker.key, item.report.stance)


def _joined(left: _Found, right: _Found) -> _Found | None:
    plain = [f for f in (left, right) if f.reading.frame is Frame.STATEMENT]
    if not plain or left.clause is right.clause:
        return None
    chief = right if plain[0] is left and len(plain) == 1 else left
    return _Found(chief.clause, chief.reading, chief.report, min(left.start, right.start), max(left.end, right.end))


def _spread(found: list[_Found], doc: Doc) -> list[_Found]:
    """A sentence with one claim is quoted whole."""
    if len(found) == 1:
        only = found[0]
        return [_Found(only.clause, only.reading, only.report, 0, len(doc))]
    return found


# --- from reading to claim -------------------------------------------------------------------------------------------


def _claim(
    article: Article, sentence: Sentence, focus: Focus, item: _Found, discourse: Discourse,
    times: Sequence[TimeMention], number: int,
) -> Claim:  # fmt: skip
    start, end = _quote(sentence, item)
    reading, speaker = item.reading, item.report.speaker if item.report else discourse.outlet
    event, as_of, old = _times(times, start - sentence.start, end - sentence.start)
    level = _commitment(item, background=old)
    text = getattr(article, sentence.field)
    return Claim(
        id=_identity(article, sentence.field, start, reading, number),
        article=article.id, source=article.source, region=focus.region or "", place=focus.place,
        frame=reading.frame, measure=reading.measure, speaker=speaker, factuality=level.factuality,
        quote=text[start:end], field=sentence.field, start=start, end=end, sentence=sentence.text,
        published=article.published, subject=reading.subject, actor=reading.actor, target=reading.target,
        answer=reading.answer, negated=reading.negated, quantity=reading.quantity, event_time=event, as_of=as_of,
        hedges=level.hedges, cues=reading.cues, places=focus.places, order=sentence.order,
    )  # fmt: skip


def _commitment(item: _Found, *, background: bool) -> Commitment:
    head = item.reading.head if item.reading.head is not None else item.clause.head
    return commitment(item.clause, head, item.report, background=background)


def _quote(sentence: Sentence, item: _Found) -> tuple[int, int]:
    """Return the claim's span in its field, without the commas, joints and space around a clause."""
    doc, first, last = item.clause.doc, item.start, item.end
    whole = first == 0 and last == len(doc)
    if not whole:
        while first < last - 1 and (doc[first].is_space or doc[first].text in ",;—–-" or doc[first].dep_ == "cc"):
            first += 1
        while last - 1 > first and (
            doc[last - 1].is_space or doc[last - 1].text in ",;—–-" or doc[last - 1].dep_ == "cc"
        ):
            last -= 1
    begin = sentence.start + (0 if whole else doc[first].idx)
    end = sentence.end if whole else sentence.start + doc[last - 1].idx + len(doc[last - 1])
    return begin, min(end, begin + _CUT)


def _times(times: Sequence[TimeMention], start: int, end: int) -> tuple[TimeSpan | None, TimeSpan | None, bool]:
    """Return event time, as-of time and whether the clause is background; a clause's own times come first."""
    own = [t for t in times if start <= t.start < end] or list(times)
    event = next((t.span for t in own if t.role is TimeRole.EVENT), None)
    as_of = next((t.span for t in own if t.role is TimeRole.AS_OF), None)
    old = event is None and any(t.role is TimeRole.BACKGROUND for t in own)
    if old:
        event = next(t.span for t in own if t.role is TimeRole.BACKGROUND)
    return event, as_of, old


def _identity(article: Article, field: str, start: int, reading: Reading, number: int) -> str:
    parts = (
        article.id,
        article.source,
        str(article.revision),
        field,
        str(start),
        reading.frame,
        reading.measure,
        str(number),
    )
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=10).hexdigest()
