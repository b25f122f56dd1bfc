"""What every frame works with: a clause, the reading it yields, and lexicons kept as YAML beside the code.

A lexicon entry names `words` (phrases of lemmas; `_` stands for up to three words, `a|b` for either), what they assert
(`answer`, `measure`), and where the roles are: `actor` and `target` are `agent` (subject, or the "by" of a passive),
`patient` (object, or the subject of a passive), or `prep:to` (the object of that preposition).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from spacy.tokens import Doc, Token

from monitor.claims.actors import actor_of, behind, head_of
from monitor.claims.frames.syntax import NEGATORS, child_of, is_negated, role, subject
from monitor.claims.quantities import QuantitySpan
from monitor.claims.wording import Wording
from monitor.model import Frame, Quantity
from monitor.text.yaml_data import read_yaml


@dataclass(frozen=True, slots=True)
class Clause:
    """A run of tokens of one parsed sentence, with its head and the quantities inside it.

    `said` are the words of the whole sentence, read once for all frames.
    """

    doc: Doc
    start: int
    end: int
    head: Token
    quantities: tuple[QuantitySpan, ...]
    title: bool
    said: Wording

    @property
    def lemmas(self) -> frozenset[str]:
        """The sentence's lemmas."""
        return self.said.lemmas

    @property
    def forms(self) -> frozenset[str]:
        """The sentence's lemmas and forms."""
        return self.said.forms

    @property
    def tokens(self) -> Iterator[Token]:
        """The clause's tokens in order."""
        return iter(self.doc[self.start : self.end])

    @property
    def text(self) -> str:
        """The clause's wording."""
        return str(self.doc[self.start : self.end].text)

    def holds(self, token: Token) -> bool:
        """True when the token lies in the clause."""
        return self.start <= token.i < self.end


@dataclass(frozen=True, slots=True)
class Reading:
    """One frame's understanding of a clause. The highest `score` wins the clause."""

    frame: Frame
    measure: str
    score: float
    subject: str | None = None
    actor: str | None = None
    target: str | None = None
    answer: str | None = None
    negated: bool = False
    quantity: Quantity | None = None
    span: tuple[int, int] | None = None  # of the quantity, in the sentence
    cues: tuple[str, ...] = ()
    head: Token | None = None


class FrameReader(Protocol):
    """Reads one frame out of a clause."""

    frame: Frame

    def read(self, clause: Clause) -> list[Reading]:
        """Return the readings, best first; none when the clause is about something else."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a lexicon."""

    words: tuple[tuple[frozenset[str], ...], ...]
    answer: str | None
    measure: str
    actor: str = "agent"
    target: str = "patient"
    pos: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()  # heads that the target (or subject) must have
    bars: frozenset[str] = frozenset()  # heads that the target must not have
    takes: frozenset[str] = frozenset()  # heads that the target itself must have
    negated: bool = False
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found in a clause: its head token, the last token matched and the wording."""

    entry: Entry
    head: Token
    last: Token
    cue: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A frame's entries by the first word of each phrase, and its named word lists."""

    entries: dict[str, list[tuple[tuple[frozenset[str], ...], Entry]]] = field(default_factory=dict)
    lists: dict[str, frozenset[str]] = field(default_factory=dict)
    firsts: frozenset[str] = frozenset()  # the keys of `entries`

    def find(self, clause: Clause) -> list[Hit]:
        """Return every entry whose phrase is in the clause, in text order."""
        hits: list[Hit] = []
        for at in clause.said.where(self.firsts):
            if not clause.start <= at < clause.end:
                continue
            lemma, form = clause.said.words[at]
            found = self.entries.get(lemma, ())
            if form != lemma and form in self.entries:
                found = [*found, *self.entries[form]]
            after = clause.said.words[at + 1] if at + 1 < clause.end else ("", "")
            for phrase, entry in found:
                stop = _match(phrase, at, after, clause)
                if stop and (not entry.pos or clause.doc[at].pos_ in entry.pos or _perfect(entry, clause, at)):
                    hits.append(Hit(entry, clause.doc[at], clause.doc[stop - 1], clause.doc[at:stop].text))
        return hits

    def __getitem__(self, name: str) -> frozenset[str]:
        return self.lists.get(name, frozenset())


@lru_cache(maxsize=64)
def lexicon(name: str) -> Lexicon:
    """Load `frames/<name>.yaml`: `lists` and `entries`; an entry's `needs`/`bars` may name a list as `@list`."""
    raw: dict[str, Any] = read_yaml(__file__, f"{name}.yaml")
    lists = {key: frozenset(_words(value)) for key, value in (raw.get("lists") or {}).items()}
    entries: dict[str, list[tuple[tuple[frozenset[str], ...], Entry]]] = {}
    for item in raw.get("entries") or ():
        entry = Entry(
            words=tuple(_phrase(words) for words in _listed(item["words"])),
            answer=item.get("answer"),
            measure=item.get("measure", ""),
            actor=item.get("actor", "agent"),
            target=item.get("target", "patient"),
            pos=frozenset(item.get("pos", "").split()),
            needs=_named(item.get("needs"), lists),
            bars=_named(item.get("bars"), lists),
            takes=_named(item.get("takes"), lists),
            negated=bool(item.get("negated", False)),
            score=float(item.get("score", 1.0)),
        )
        for phrase in entry.words:
            for first in phrase[0]:
                entries.setdefault(first, []).append((phrase, entry))
    return Lexicon(entries, lists, frozenset(entries))


@lru_cache(maxsize=1)
def lexicon_words() -> frozenset[str]:
    """Return every word of every frame's lexicon."""
    found: set[str] = set()
    for path in Path(__file__).parent.glob("*.yaml"):
        loaded = lexicon(path.stem)
        found.update(*loaded.lists.values())
        found.update(w for entries in loaded.entries.values() for phrase, _ in entries for part in phrase for w in part)
    return frozenset(found)


def _perfect(entry: Entry, clause: Clause, at: int) -> bool:
    """True for a participle after "have" or "be" that the parser has tagged as a noun ("have overrun the town")."""
    return "VERB" in entry.pos and at > clause.start and clause.said.words[at - 1][0] in {"have", "be"} and (
        clause.doc[at].pos_ in {"NOUN", "ADJ", "PROPN"}
    )  # fmt: skip


def _listed(value: Any) -> list[str]:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else [str(part) for part in value]


def _words(value: Any) -> list[str]:
    return value.split() if isinstance(value, str) else [str(part) for part in value]


def _phrase(words: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(word.split("|")) for word in words.split())


def _named(value: str | None, lists: dict[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    for part in (value or "").split():
        found |= lists[part[1:]] if part.startswith("@") else {part}
    return frozenset(found)


def _match(phrase: tuple[frozenset[str], ...], start: int, after: tuple[str, str], clause: Clause) -> int:
    """Return the index after the phrase's last token, or 0; `after` are the first one's lemma and form behind it."""
    if len(phrase) == 1:
        return start + 1
    if after[0] in phrase[1] or after[1] in phrase[1] or "_" in phrase[1]:
        return _match_on(phrase, start, clause)
    return 0


def _match_on(phrase: tuple[frozenset[str], ...], start: int, clause: Clause) -> int:
    """Match a phrase of several words; `_` skips up to three tokens."""
    words = clause.said.words
    at, slack = start + 1, 0
    for want in phrase[1:]:
        if "_" in want:
            slack = 3
            continue
        while at < clause.end and words[at][0] not in want and words[at][1] not in want:
            if slack == 0:
                return 0
            slack -= 1
            at += 1
        if at >= clause.end:
            return 0
        at, slack = at + 1, 0
    return at


class LexiconReader:
    """A frame that a lexicon alone describes; others override `judge`."""

    frame: Frame
    name: str
    proper = False  # whether a proper name satisfies `needs`

    def __init__(self) -> None:
        self.lexicon = lexicon(self.name)

    def read(self, clause: Clause) -> list[Reading]:
        """Return a reading for each entry found, best first."""
        readings = [r for hit in self.lexicon.find(clause) if (r := self.judge(hit, clause)) is not None]
        return sorted(readings, key=lambda r: -r.score)

    def judge(self, hit: Hit, clause: Clause) -> Reading | None:
        """Turn a found entry into a reading, or None when its roles do not fit the frame."""
        entry, head = hit.entry, hit.head
        actor, target = role(head, entry.actor, hit.last), role(head, entry.target, hit.last)
        if target is None and entry.target == "patient" and hit.last.pos_ == "ADP":
            target = child_of(hit.last, {"pobj", "pcomp"})
        if head.pos_ == "NOUN" and head.dep_ == "nsubj" and head.head.lemma_ == "be" and closeness(head, clause) < 0.6:
            return None  # "the attack was cowardly" takes the attack for granted
        if not self._allowed(entry, target, subject(head)):
            return None
        return Reading(
            frame=self.frame,
            measure=entry.measure,
            score=entry.score + closeness(head, clause) + 0.1 * len(hit.cue.split()[1:3]),
            subject=head_of(target),
            actor=actor_of(actor),
            target=actor_of(target),
            answer=entry.answer,
            negated=_negated(hit),
            cues=(hit.cue,),
            head=head,
        )

    def _allowed(self, entry: Entry, target: Token | None, doer: Token | None) -> bool:
        """Check the nouns in the roles; a proper name will do where the frame holds such."""
        own = _forms(target)
        heads = own | _forms(doer)
        named = self.proper and target is not None and behind(target).pos_ == "PROPN"
        if (entry.needs and not heads & entry.needs and not named) or (
            entry.takes and not (own or heads) & entry.takes and not named
        ):
            return False
        return not (entry.bars and (own or heads) & entry.bars)


def _forms(token: Token | None) -> frozenset[str]:
    if token is None:
        return frozenset()
    noun = behind(token)
    return frozenset({noun.lemma_.lower(), noun.lower_})


def _negated(hit: Hit) -> bool:
    """A phrase that is negative in itself ("no electricity") is not negated again by its own word."""
    own = any(word in NEGATORS for word in hit.cue.lower().split())
    return hit.entry.negated if own else is_negated(hit.head) != hit.entry.negated


def closeness(head: Token, clause: Clause) -> float:
    """Return 0.6 for the clause's own verb, less the deeper a predicate lies below it."""
    depth, at = 0, head
    while at.i != clause.head.i and at.head != at and clause.holds(at.head) and depth < 6:
        at, depth = at.head, depth + 1
    return max(0.0, 0.6 - 0.15 * depth)
