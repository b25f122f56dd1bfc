"""Who says it: the speaker of every stretch of a sentence, and the discourse that resolves "he said" and "it added".

Patterns: a reporting verb with its subject and its clausal complement (before, after or around it), "according to",
"in X's version", headline forms ("Prefect: …", "…, X says"), and direct quotation carried over sentences. Nested
reports give the innermost speaker, whose name is also the provenance root; "citing X" and "quoted by" go to X.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import yaml
from spacy.tokens import Doc, Token

from monitor.claims.actors import canonical, key_of, side_of, states_in
from monitor.claims.frames.base import is_negated, passive, prep, subject
from monitor.claims.sentences import Sentence
from monitor.model import Speaker, SpeakerKind

_OPEN, _CLOSE = '"“«„', '"”»“'
_HEADLINE_BEFORE = re.compile(r"^([A-Z][\w’'./ -]{1,40}?)(?: on [A-Z]\w+)?: (?=\S)")
_PERSON = frozenset({"he", "she"})
_BODY = frozenset({"it", "they"})
_UNNAMED = re.compile(
    r"^(?:(?:an?|one|two|three|four|five|several|some|many|other|another|local|senior|unnamed|most|both)\b|"
    r"(?:officials|residents|witnesses|sources|survivors|locals|villagers|people|analysts|experts|authorities|police|activists|"
    r"medics|rescuers|relatives|neighbours|neighbors|traders|doctors|reports|rumours|media)\b)", re.I)  # fmt: skip


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    raw = yaml.safe_load(Path(__file__).with_name("attribution.yaml").read_text(encoding="utf-8"))
    return {key: frozenset(value) for key, value in raw.items()}


@lru_cache(maxsize=1)
def _reporting() -> frozenset[str]:
    lists = _lists()
    return lists["say"] | lists["claim"] | lists["deny"] | lists["suspect"]


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
        if word in _PERSON:
            return next((s for s, _, person in reversed(self.met) if person), None)
        if word in _BODY:
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


def attributions(doc: Doc, sentence: Sentence, discourse: Discourse) -> list[Attribution]:
    """Return the reports in a sentence, outermost first, and carry the discourse on."""
    if sentence.paragraph != discourse.paragraph:
        discourse.paragraph = sentence.paragraph
        if not discourse.in_quote:
            discourse.running = None
    here = states_in(sentence.text)
    discourse.near = tuple(dict.fromkeys((*discourse.near[-1:], *here)))
    found = _headline(doc, sentence, discourse) if sentence.field == "title" else []
    for token in doc:
        if (report := _by_verb(token, discourse)) or (report := _according(token, discourse)):
            found.append(report)
    covered = {a.verb.i for a in found if a.verb is not None}
    found.extend(r for token in doc if token.i not in covered and (r := _by_order(token, found, discourse)))
    found.sort(key=lambda a: a.start - a.end)
    _carry(doc, found, discourse)
    return found


def report_at(index: int, found: list[Attribution]) -> Attribution | None:
    """Return the innermost report that covers a token; None where the outlet itself speaks."""
    return next((a for a in reversed(found) if a.covers(index)), None)


# --- reporting verbs -------------------------------------------------------------------------------------------------


def _by_verb(verb: Token, discourse: Discourse) -> Attribution | None:
    lists, lemma = _lists(), verb.lemma_.lower()
    if lemma not in _reporting() or verb.pos_ not in {"VERB", "AUX"}:
        return None
    stance = next((s for s in (Stance.DENY, Stance.CLAIM, Stance.SUSPECT) if lemma in lists[s]), None)
    if stance is None and lemma not in lists["say"]:
        return None
    content = _content(verb, stance)
    if content is None:
        return None
    who = _who(verb)
    if who is None:
        return None
    if lemma in lists["weak"] and stance is not Stance.DENY and not _quoted(verb.doc) and not _speaks(who):
        return None
    speaker = speaker_of(who, discourse)
    if speaker is None:
        return None
    start, end, skip = content
    return Attribution(speaker, verb, stance or Stance.SAY, start, end, skip)


def _content(verb: Token, stance: str | None) -> tuple[int, int, frozenset[int]] | None:
    """Return the span of what is said. A verb amid its content ("X, he said, Y") gets both parts."""
    parts = [c for c in verb.children if c.dep_ in {"ccomp", "parataxis"}]
    if not parts and stance in {Stance.DENY, Stance.CLAIM}:
        parts = [c for c in verb.children if c.dep_ in {"xcomp", "dobj", "pcomp"}]
    if not parts and verb.dep_ in {"parataxis", "advcl", "ccomp", "relcl"} and verb.head.pos_ in {"VERB", "AUX"}:
        inserted = verb.doc[max(verb.left_edge.i - 1, 0)].text in {",", "—", "–", *_CLOSE} or verb.i > verb.head.i
        if inserted and any(c.lower_ == "as" for c in verb.children) | (verb.dep_ in {"parataxis", "ccomp"}):
            own = frozenset(t.i for t in verb.subtree)
            head = verb.head
            return head.left_edge.i, head.right_edge.i + 1, own
    if not parts:
        parts = [
            c
            for c in verb.children
            if c.dep_ in {"xcomp", "prep", "dobj"} and (c.dep_ != "prep" or c.lower_ in {"of", "about"})
        ]
        if not parts or (verb.lemma_ in {"tell", "inform"} and parts[0].dep_ == "dobj"):
            return None
    start = min(p.left_edge.i for p in parts)
    end = max(p.right_edge.i for p in parts) + 1
    about = {verb.i} | {t.i for c in verb.children if c not in parts and c.dep_ in _FRAME for t in c.subtree}
    return start, end, frozenset(about)


_FRAME = frozenset({"nsubj", "nsubjpass", "aux", "auxpass", "dative", "advmod", "npadvmod", "prep", "agent", "neg"})


def _who(verb: Token) -> Token | None:
    """Return the token that names the speaker: the subject, or the "by" of "was quoted by"."""
    if passive(verb) and not any(c.dep_ == "nsubj" for c in verb.children):
        if verb.lemma_ in {"quote", "cite"}:
            return subject(verb, 0)
        return prep(verb, "by")
    subjects = [c for c in verb.children if c.dep_ == "nsubj" and c.lower_ not in {"that", "which", "who", "what"}]
    if subjects:
        return max(subjects, key=lambda c: (_speaks(c), -abs(c.i - verb.i)))
    if verb.dep_ in {"relcl", "acl"} and verb.head.pos_ in {"NOUN", "PROPN"}:
        return verb.head
    if verb.dep_ in {"conj", "advcl", "xcomp"} and verb.head.pos_ in {"VERB", "AUX"}:
        return _who(verb.head) if verb.head.dep_ != "conj" or verb.head.head != verb else None
    return None


def _speaks(token: Token) -> bool:
    lemma = token.lemma_.lower()
    lists = _lists()
    return (
        token.pos_ == "PROPN"
        or lemma in lists["persons"]
        or lemma in lists["bodies"]
        or token.lower_ in _PERSON | {"we", "i"}
    )


def _quoted(doc: Doc) -> bool:
    return any(t.text in _OPEN + _CLOSE for t in doc)


def _by_order(verb: Token, found: list[Attribution], discourse: Discourse) -> Attribution | None:
    """Read "…, the ministry said" and "…," said the ministry by word order, where the parse has lost it."""
    lists, lemma, doc = _lists(), verb.lemma_.lower(), verb.doc
    said = lemma in lists["say"] and lemma not in lists["weak"] and verb.i >= 3
    if not (said or (lemma == "report" and verb.i > 3)) or verb.tag_ not in {"VBD", "VBZ", "VBP", "NNS"}:
        return None
    at = verb.i - 1
    while at > 0 and verb.i - at < 15 and doc[at].text not in _BREAKS:
        at -= 1
    if doc[at].text not in _BREAKS or at < 2:
        return None
    name = doc[at + 1 : verb.i]
    if len(name) == 0:  # inverted: '," said Oleh Kiper'
        name = doc[verb.i + 1 : min(verb.i + 8, len(doc))]
        name = name[: next((n for n, t in enumerate(name) if t.text in {",", ".", ";"}), len(name))]
    who = name.root if len(name) else None
    if who is None or not _speaks(who) or any(a.covers(verb.i) is False and a.verb is not None for a in found):
        return None
    speaker = speaker_of(who, discourse)
    if speaker is None:
        return None
    start = max((t.i + 1 for t in doc[:at] if t.text == ";"), default=0)
    return Attribution(speaker, verb, Stance.SAY, start, at, frozenset(range(at, verb.i + 1)))


_BREAKS = frozenset({",", "—", "–", '"', "”", "»", "''"})


def _according(token: Token, discourse: Discourse) -> Attribution | None:
    """ "according to X" covers the whole clause it hangs on; so do "in X's version" and "by X's account"."""
    doc = token.doc
    who = None
    if token.lower_ == "according" and token.i + 1 < len(doc) and doc[token.i + 1].lower_ == "to":
        to = doc[token.i + 1]
        who = next((c for c in (*to.children, *token.children) if c.dep_ == "pobj"), None)
    elif token.dep_ == "pobj" and token.lemma_ in _lists()["accounts"] and token.head.lower_ in {"in", "by", "on"}:
        who = next((c for c in token.children if c.dep_ == "poss" and c.pos_ in {"PROPN", "NOUN"}), None)
        if who is None and token.lemma_ in {"word", "view", "account", "version"}:
            who = prep(token, "of")
    if who is None:
        return None
    speaker = speaker_of(who, discourse)
    if speaker is None:
        return None
    start = token.head.i if token.dep_ == "pobj" else token.i
    own = frozenset(range(start, max(t.i for t in who.subtree) + 1))
    return Attribution(speaker, None, Stance.SAY, *_around(doc, start, own), own)


def _around(doc: Doc, start: int, own: frozenset[int]) -> tuple[int, int]:
    before = max((t.i for t in doc[:start] if t.text == ";"), default=-1) + 1
    after = min((t.i for t in doc[max(own) :] if t.text == ";"), default=len(doc))
    return before, after


def _headline(doc: Doc, sentence: Sentence, discourse: Discourse) -> list[Attribution]:
    match = _HEADLINE_BEFORE.match(sentence.text)
    if not match:
        return []
    span = doc.char_span(0, match.end(1), alignment_mode="contract")
    if span is None:
        return []
    root = span.root
    if not (
        root.lemma_.lower() in _lists()["persons"] | _lists()["bodies"]
        or side_of(span.text)
        or span.text in _met_names(discourse)
    ):
        return []
    speaker = _make(span.text, root, discourse)
    return [Attribution(speaker, None, Stance.SAY, span.end + 1, len(doc), frozenset(range(span.end + 1)))]


def _met_names(discourse: Discourse) -> set[str]:
    return {s.name for s, _, _ in discourse.met}


# --- speakers --------------------------------------------------------------------------------------------------------


def speaker_of(token: Token, discourse: Discourse) -> Speaker | None:
    """Return the speaker that a noun or pronoun names, resolved to the one met before where it is short."""
    word = token.lower_
    if token.pos_ == "PRON" or word in {"we", "i", "he", "she", "it", "they"}:
        if word not in _PERSON | _BODY:
            return None
        return discourse.pronoun(word) or Speaker(word, word, SpeakerKind.UNNAMED, word)
    name = name_of(token)
    if not name:
        return None
    short = discourse.named(name)
    if short is not None and len(name.split()) <= 3:
        discourse.meet(short, name, token.lemma_.lower() in _lists()["persons"])
        return short
    return _make(name, token, discourse)


def _make(name: str, token: Token, discourse: Discourse) -> Speaker:
    lemma = token.lemma_.lower()
    full = " ".join(t.text for t in token.subtree if abs(t.i - token.i) < 14)
    person = lemma in _lists()["persons"] or (
        token.pos_ == "PROPN" and lemma not in _lists()["bodies"] and side_of(name) is None
    )
    plain = re.sub(r"^(?:the|an?)\s+", "", name, flags=re.I)
    unnamed = bool(_UNNAMED.match(name)) and token.pos_ != "PROPN"
    side = side_of(full) or (
        None if person and token.pos_ == "PROPN" and lemma not in _lists()["persons"] else _home(discourse, lemma)
    )
    key = _keyed(plain, side, lemma)
    speaker = Speaker(name, key, SpeakerKind.UNNAMED if unnamed else SpeakerKind.NAMED, key, side)
    discourse.meet(speaker, full, person)
    return speaker


def _home(discourse: Discourse, lemma: str) -> str | None:
    """Return the state of "the defence ministry": the one just named, else the one that the report is filed from."""
    if lemma not in _STATE_BODIES:
        return None
    return discourse.near[-1] if len(discourse.near) == 1 else discourse.home


_STATE_BODIES = frozenset(
    [
        "ministry",
        "army",
        "military",
        "government",
        "police",
        "parliament",
        "navy",
        "spokesman",
        "spokeswoman",
        "minister",
        "president",
        "premier",
    ]
)


def _keyed(name: str, side: str | None, lemma: str) -> str:
    """Return one key for "the Russian defence ministry", "Russia's Ministry of Defence", "the ministry"."""
    known = canonical(name)
    key = re.sub(r"^ministry (?:of|for) (?:the )?(.+)$", r"\1 ministry", known).replace("defense", "defence")
    if side is None or known == side or lemma not in _lists()["bodies"]:
        return key
    bare = " ".join(w for w in key.split() if side_of(w) != side and side_of(w.title()) != side)
    bare = re.sub(r"^ministry (?:of|for) (?:the )?(.+)$", r"\1 ministry", bare)
    return f"{side} {bare}".strip()


def name_of(token: Token) -> str:
    """Return a speaker's name as written: the personal name where a title goes with one, else the noun phrase."""
    person = _personal(token)
    if person is not None:
        return person
    kept = [t for t in token.subtree if not _aside(t, token)]
    if not kept:
        return ""
    start, end = min(t.i for t in kept), max(t.i for t in kept) + 1
    text = token.doc[start:end].text
    return re.sub(r"\s+", " ", re.split(r" [—–(]|, |;|: ", text)[0]).strip(" ,\"“”'’")[:80]


def _aside(token: Token, head: Token) -> bool:
    at = token
    # spaCy makes a new Token at each access, so identity says nothing; the root is its own head.
    while at != head and at.head != at:
        if at.dep_ in {"relcl", "acl", "appos", "conj", "cc", "advcl", "parataxis", "punct"}:
            return True
        if at.dep_ == "prep" and at.lower_ not in {"of", "for"}:
            return True
        at = at.head
    return False


def _personal(token: Token) -> str | None:
    """Return "Mykola Solskyi" of "the agriculture minister, Mykola Solskyi" and of "Minister Mykola Solskyi"."""
    if token.lemma_.lower() in _lists()["persons"]:
        names = [t for t in token.subtree if t.dep_ == "appos" and t.pos_ == "PROPN" and t.i > token.i]
        if names:
            return _proper(names[0])
    if token.pos_ == "PROPN" and any(c.dep_ == "compound" for c in token.children):
        words = [t for t in token.children if t.dep_ in {"compound", "amod", "nmod"} and t.i < token.i]
        titles = [t for t in words if t.lemma_.lower() in _lists()["persons"]]
        if titles:
            rest = token.doc[max(t.i for t in titles) + 1 : token.i + 1].text
            return rest or None
    return None


def _proper(token: Token) -> str:
    start = token.i
    while (
        start > 0
        and token.doc[start - 1].pos_ == "PROPN"
        and token.doc[start - 1].head.i <= token.i
        and token.doc[start - 1].text not in {","}
    ):
        start -= 1
    text = token.doc[start : token.i + 1]
    return " ".join(t.text for t in text if t.lemma_.lower() not in _lists()["persons"]) or text.text


# --- carrying on -----------------------------------------------------------------------------------------------------


def _carry(doc: Doc, found: list[Attribution], discourse: Discourse) -> None:
    """Give a quotation without a speaker of its own to the one running, and note who runs on."""
    inside, discourse.in_quote = quoted(doc, discourse.in_quote)
    named = next((a.speaker for a in found if a.verb is not None), None)
    speaking = named or discourse.running or (discourse.last() if len(inside) > 2 else None)
    if speaking is None and discourse.in_quote:
        speaking = discourse.outlet  # until the next sentence names somebody
    if inside and speaking is not None and not any(a.covers(inside[0]) for a in found):
        found.append(Attribution(speaking, None, Stance.SAY, min(inside), max(inside) + 1, guessed=named is None))
    elif not found and discourse.running is not None and _backshifted(doc):
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


def quoted(doc: Doc, opened: bool = False) -> tuple[list[int], bool]:
    """Return the tokens inside quotation marks, and whether a quotation is still open at the end."""
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
