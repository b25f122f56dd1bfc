"""What an article has said so far: the speakers met, the report that runs on, and who "he" and "it" are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from spacy.tokens import Doc, Token

from monitor.claims.actors import key_of
from monitor.claims.frames.syntax import is_negated
from monitor.claims.wording import Wording
from monitor.model import Speaker, SpeakerKind

PERSON = frozenset({"he", "she"})
BODY = frozenset({"it", "they"})


class Stance:
    """How the reporting verb stands to what is said."""

    SAY, CLAIM, DENY, SUSPECT = "say", "claim", "deny", "suspect"


@dataclass(frozen=True, slots=True)
class Attribution:
    """One report in a sentence: its speaker, the verb, and the tokens `[start:end]` of what is said."""

    speaker: Speaker
    verb: Token | None
    stance: str
    start: int
    end: int
    frame: frozenset[int] = frozenset()  # tokens of "X said" itself
    guessed: bool = False  # a quotation given to whoever spoke before; the next sentence may name another

    def covers(self, index: int) -> bool:
        """True when the token lies in what is said."""
        return self.start <= index < self.end and index not in self.frame


@dataclass(slots=True)
class Discourse:
    """The speakers met so far in an article, the latest last, and the one whose quotation or report runs on."""

    outlet: Speaker
    met: list[tuple[Speaker, frozenset[str], bool]] = field(default_factory=list)  # speaker, its nouns, is a person
    running: Speaker | None = None
    in_quote: bool = False
    paragraph: int = -1
    home: str | None = None  # the state whose capital the report is filed from
    near: tuple[str, ...] = ()  # states named in the sentence before and in this one

    def meet(self, speaker: Speaker, words: str, person: bool) -> None:
        """Note a speaker, so that later pronouns and short names find it."""
        nouns = frozenset(w.lower() for w in re.findall(r"[\w’'-]+", words))
        self.met = [(s, n | nouns if s.key == speaker.key else n, p) for s, n, p in self.met]
        kept = [m for m in self.met if m[0].key == speaker.key]
        self.met = [m for m in self.met if m[0].key != speaker.key]
        self.met.append(kept[0] if kept else (speaker, nouns, person))

    def pronoun(self, word: str) -> Speaker | None:
        """Return the latest person for "he", the latest body for "it", and whoever spoke last for others."""
        if word in PERSON:
            return next((s for s, _, person in reversed(self.met) if person), None)
        if word in BODY:
            return next((s for s, _, person in reversed(self.met) if not person), None) or self.last()
        return self.last()

    def last(self) -> Speaker | None:
        """Return whoever spoke last."""
        return self.met[-1][0] if self.met else None

    def named(self, words: str) -> Speaker | None:
        """Return the speaker that a short form ("the ministry", "Bieuville") stands for."""
        content = [w for w in re.findall(r"[\w’'-]+", words.lower()) if w not in _ARTICLES]
        if not content or len(content) > 3:
            return None
        for speaker, nouns, _ in reversed(self.met):
            if all(w in nouns for w in content):
                return speaker
        return None


_ARTICLES = frozenset(["the", "a", "an", "its", "his", "her", "their", "our", "this", "that", "same"])


def outlet_speaker(source: str) -> Speaker:
    """Return the outlet as the speaker of its own sentences."""
    key = key_of(source) or source
    return Speaker(source, key, SpeakerKind.OUTLET, key)


def carry(doc: Doc, words: Wording, found: list[Attribution], discourse: Discourse) -> None:
    """Give a quotation without a speaker of its own to the one running, and note who runs on."""
    inside, discourse.in_quote = quoted(doc, words, discourse.in_quote)
    named = next((a.speaker for a in found if a.verb is not None), None)
    speaking = named or discourse.running or (discourse.last() if len(inside) > 2 else None)
    if speaking is None and discourse.in_quote:
        speaking = discourse.outlet  # until the next sentence names somebody
    if inside and speaking is not None and not any(a.covers(inside[0]) for a in found):
        found.append(Attribution(speaking, None, Stance.SAY, min(inside), max(inside) + 1, guessed=named is None))
    elif not found and discourse.running is not None and "had" in words.forms and _backshifted(doc):
        found.append(Attribution(discourse.running, None, Stance.SAY, 0, len(doc)))
    if found and found[0].speaker.kind is not SpeakerKind.OUTLET:
        discourse.running = found[0].speaker if found[0].verb is None or not is_negated(found[0].verb) else None
    elif not inside:
        discourse.running = None


def look_ahead(reports: list[list[Attribution]], open_after: list[bool]) -> None:
    """Give each quotation left open at a sentence's end to the speaker whom the next sentence names."""
    for at in range(len(reports) - 2, -1, -1):
        if not open_after[at]:
            continue
        named = next((a.speaker for a in reports[at + 1] if a.verb is not None or not a.guessed), None)
        if named is not None:
            reports[at] = [replace(a, speaker=named, guessed=False) if a.guessed else a for a in reports[at]]


_MARKS = re.compile(r"[\"“”„«»]|``")


def quoted(doc: Doc, words: Wording, opened: bool = False) -> tuple[list[int], bool]:
    """Return the tokens inside quotation marks, and whether a quotation is still open at the end."""
    if _MARKS.search(words.text) is None:
        return list(range(len(doc))) if opened else [], opened
    inside = []
    for token in doc:
        after = _turn(token, opened)
        if opened and after:
            inside.append(token.i)
        opened = after
    return inside, opened


def _turn(token: Token, state: bool) -> bool:
    if token.text == '"' or (token.tag_ in {"``", "''"} and token.text in {'"', "``"}):
        return not state
    if token.text in "“«„":
        return True
    if token.text in "”»":
        return False
    return state


def _backshifted(doc: Doc) -> bool:
    """True for free indirect speech: "Fuel tanks had gone up as well" after "the ministry said"."""
    told = any(t.lower_ == "had" and t.head.tag_ == "VBN" and t.head.dep_ in {"ROOT", "ccomp", "conj"} for t in doc)
    return told and not any(
        t.lower_ in {"when", "before", "by", "until", "earlier", "previously", "since"} for t in doc
    )
