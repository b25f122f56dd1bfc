"""Names of speakers: the noun or pronoun of a report as a `Speaker`, with its key, side and kind."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from spacy.tokens import Token

from monitor.claims.actors import canonical, side_of
from monitor.claims.discourse import BODY, PERSON, Discourse
from monitor.model import Speaker, SpeakerKind
from monitor.text.yaml_data import read_yaml

_UNNAMED = re.compile(
    r"^(?:(?:an?|one|two|three|four|five|several|some|many|other|another|local|senior|unnamed|most|both)\b|"
    r"(?:officials|residents|witnesses|sources|survivors|locals|villagers|people|analysts|experts|authorities|police|activists|"
    r"medics|rescuers|relatives|neighbours|neighbors|traders|doctors|reports|rumours|media)\b)", re.I)  # fmt: skip


@lru_cache(maxsize=1)
def reporting_lists() -> dict[str, frozenset[str]]:
    raw = read_yaml(__file__, "attribution.yaml")
    return {key: frozenset(value) for key, value in raw.items()}


def speaker_of(token: Token, discourse: Discourse) -> Speaker | None:
    """Return the speaker that a noun or pronoun names, resolved to the one met before where it is short."""
    word = token.lower_
    if token.pos_ == "PRON" or word in {"we", "i", "he", "she", "it", "they"}:
        if word not in PERSON | BODY:
            return None
        return discourse.pronoun(word) or _meant(token, discourse) or Speaker(word, word, SpeakerKind.UNNAMED, word)
    name = name_of(token)
    if not name:
        return None
    # "Ukraine" is not short for the head of "Ukraine's Center for …".
    short = None if side_of(name) == canonical(name) else discourse.named(name)
    if short is not None and len(name.split()) <= 3:
        discourse.meet(short, name, token.lemma_.lower() in reporting_lists()["persons"])
        return short
    return make(name, token, discourse)


def _meant(pronoun: Token, discourse: Discourse) -> Speaker | None:
    """Return the sentence's own subject for "The group fired rockets, it said"."""
    lists = reporting_lists()
    subjects = [t for t in pronoun.doc[: pronoun.i] if t.dep_ in {"nsubj", "nsubjpass"} and t.pos_ in {"NOUN", "PROPN"}]
    body = pronoun.lower_ in BODY
    fit = [t for t in subjects if t.pos_ == "PROPN" or t.lemma_.lower() in lists["bodies" if body else "persons"]]
    return make(name_of(fit[-1]), fit[-1], discourse) if fit and name_of(fit[-1]) else None


def make(name: str, token: Token, discourse: Discourse) -> Speaker:
    lemma = token.lemma_.lower()
    full = " ".join(t.text for t in token.subtree if abs(t.i - token.i) < 14)
    person = lemma in reporting_lists()["persons"] or (
        token.pos_ == "PROPN" and lemma not in reporting_lists()["bodies"] and side_of(name) is None
    )
    plain = re.sub(r"^(?:the|an?)\s+", "", name, flags=re.I)
    unnamed = bool(_UNNAMED.match(name)) and token.pos_ != "PROPN"
    side = side_of(full) or (
        None
        if person and token.pos_ == "PROPN" and lemma not in reporting_lists()["persons"]
        else _home(discourse, lemma)
    )
    key = _keyed(plain, side, lemma)
    speaker = Speaker(name, key, SpeakerKind.UNNAMED if unnamed else SpeakerKind.NAMED, key, side)
    body = _spoken_for(token)
    if body is not None:
        speaker = _speaking_for(body, speaker, side_of(full), discourse)
    discourse.meet(speaker, full, person)
    return speaker


def _spoken_for(token: Token) -> Token | None:
    """Return whom "a spokesman for the General Staff" speaks for."""
    if token.lemma_.lower() not in _SPOKESPERSONS:
        return None
    preps = [t for t in token.children if t.dep_ == "prep" and t.lower_ in {"for", "of"}]
    return next((t for prep in preps for t in prep.children if t.dep_ == "pobj" and t.pos_ in {"NOUN", "PROPN"}), None)


def _speaking_for(body: Token, speaker: Speaker, side: str | None, discourse: Discourse) -> Speaker:
    """Return a spokesman with the voice and the side of whom he speaks for: the state just named may be the enemy's.

    "A spokesman for the army", of which nobody has heard yet, stays one outlet's own: another outlet's is another army.
    """
    name = name_of(body)
    known = discourse.named(name)
    if known is not None:
        return replace(speaker, kind=known.kind, root=known.root, side=known.side or side)
    root = _keyed(re.sub(r"^the\s+", "", name, flags=re.I), side, body.lemma_.lower())
    kind = SpeakerKind.NAMED if side is not None or body.pos_ == "PROPN" else speaker.kind
    return replace(speaker, kind=kind, root=root, side=side)


def _home(discourse: Discourse, lemma: str) -> str | None:
    """Return the state of "the defence ministry": the one just named, else the one that the report is filed from."""
    if lemma not in _STATE_BODIES:
        return None
    return discourse.near[-1] if len(discourse.near) == 1 else discourse.home


_SPOKESPERSONS = frozenset(["spokesman", "spokeswoman", "spokesperson"])
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
    if side is None or known == side or lemma not in reporting_lists()["bodies"]:
        return key
    bare = " ".join(w for w in key.split() if side_of(w) != side and side_of(w.title()) != side)
    bare = re.sub(r"^ministry (?:of|for) (?:the )?(.+)$", r"\1 ministry", bare)
    return f"{side} {bare}".strip()


def name_of(token: Token) -> str:
    """Return a speaker's name as written: the personal name where a title goes with one, else the noun phrase."""
    person = titled_name(token.doc[token.left_edge.i : token.right_edge.i + 1].text) or _personal(token)
    if person is not None:
        return person
    kept = [t for t in token.subtree if not _aside(t, token)]
    if not kept:
        return ""
    start, end = min(t.i for t in kept), max(t.i for t in kept) + 1
    text = token.doc[start:end].text
    return re.sub(r"\s+", " ", re.split(r" [—–(]|, |;|: ", text)[0]).strip(" ,\"“”'’")[:80]


def titled_name(text: str) -> str | None:
    """Return the personal name behind a title: "Col. Ben Shaw", "Secretary of State Antony Hale, who …"; else None."""
    words = re.split(r"[,;:(—–]", text, maxsplit=1)[0].split()
    last = -1
    for at, word in enumerate(words[:8]):
        if _is_title(word):
            last = at
        elif last >= 0 or not (word.lower() in _LEADS or side_of(word)):
            break
    return _named(words[last + 1 :]) if last >= 0 else None


def _is_title(word: str) -> bool:
    plain = word.lower()
    kinds = plain.removesuffix("-in-chief").removesuffix("-elect").removesuffix("-general")
    bare = re.sub(r"^(?:vice|ex|then|deputy|lieutenant|major|brigadier|co)-", "", kinds)
    ranked = plain in reporting_lists()["ranks"]
    return word[:1].isupper() and (ranked or bare in reporting_lists()["persons"] or bare in {"editor", "minister"})


def _named(words: list[str]) -> str | None:
    """Return the name that opens `words`, without the office that may stand before it ("of State", "for Health")."""
    if words[:1] and words[0] in {"of", "for"}:
        at = 1
        while at < len(words) and words[at].lower() in reporting_lists()["offices"]:
            at += 1
        if at == 1:
            return None
        words = words[at:]
    name: list[str] = []
    for word in words[:5]:
        if not (word[:1].isupper() or (name and word in _PARTICLES)):
            break
        name.append(re.sub(r"['’]s?$", "", word))
    good = name and not any(w.lower() in reporting_lists()["bodies"] or _is_title(w) for w in name)
    return " ".join(name) if good else None


_LEADS = frozenset(
    {"the", "a", "an", "former", "acting", "retired", "senior", "then", "deputy", "first", "its", "their"}
)
_PARTICLES = frozenset(
    {"al", "el", "bin", "ibn", "de", "da", "del", "der", "den", "van", "von", "la", "le", "ter", "abu"}
)


def _aside(token: Token, head: Token) -> bool:
    at = token
    # spaCy makes a new Token at each access, so identity says nothing; the root is its own head.
    while at != head and at.head != at:
        if at.dep_ in {"relcl", "acl", "appos", "conj", "cc", "advcl", "parataxis"} or (
            at.dep_ == "punct" and at.text != "-"
        ):
            return True
        hyphened = at.i > 0 and at.nbor(-1).text == "-"  # "Commander-in-Chief"
        if at.dep_ == "prep" and at.lower_ not in {"of", "for"} and not hyphened:
            return True
        at = at.head
    return False


def _personal(token: Token) -> str | None:
    """Return "Mykola Solskyi" of "the agriculture minister, Mykola Solskyi" and of "Minister Mykola Solskyi"."""
    if token.lemma_.lower() in reporting_lists()["persons"]:
        names = [t for t in token.subtree if t.dep_ == "appos" and t.pos_ == "PROPN" and t.i > token.i]
        if names:
            return _proper(names[0])
    if token.lemma_.lower() in reporting_lists()["bodies"]:
        names = [t for t in token.children if t.dep_ == "appos" and t.pos_ == "PROPN" and t.i > token.i]
        if names and names[0].left_edge.i == token.i + 1:
            return _proper(names[0])
    if token.pos_ == "PROPN" and any(c.dep_ == "compound" for c in token.children):
        words = [t for t in token.children if t.dep_ in {"compound", "amod", "nmod"} and t.i < token.i]
        titles = [t for t in words if t.lemma_.lower() in reporting_lists()["persons"]]
        if titles:
            rest = token.doc[max(t.i for t in titles) + 1 : token.i + 1].text
            return _named(rest.split()) or None
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
    titles = reporting_lists()["persons"] | reporting_lists()["ranks"]
    return " ".join(t.text for t in text if not {t.lemma_.lower(), t.lower_} & titles) or text.text
