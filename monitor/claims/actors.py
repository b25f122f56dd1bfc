"""Canonical names of actors and speakers: "Moscow", "Russian troops" and "the Kremlin" are all `russia`.

Sources: a table of states with demonyms and capitals-as-governments, and of armed groups and international bodies
(`actors.yaml`). Others are named by their head noun with its modifiers, in lower case.
"""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii
from spacy.tokens import Token

from monitor.text.yaml_data import read_yaml

_DROPPED = frozenset({"det", "predet", "relcl", "acl", "appos", "punct", "cc", "conj", "case", "advcl", "parataxis"})
_SPACE = re.compile(r"[^\w.'/-]+")


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, str], frozenset[str], frozenset[str]]:
    raw = read_yaml(__file__, "actors.yaml")
    names: dict[str, str] = {}
    for kind in ("states", "groups"):
        for key, others in raw[kind].items():
            for name in (key, *others, *map(key_of, (key, *others))):
                names[name] = key
                names.setdefault(name + "s", key)
    return names, frozenset(raw["forces"]), frozenset(raw["states"])


@lru_cache(maxsize=1)
def known_names() -> frozenset[str]:
    """Return the names of one word that the table has, in lower case."""
    return frozenset(name for name in _table()[0] if " " not in name)


@lru_cache(maxsize=16_384)
def key_of(name: str) -> str:
    """Return a name in lower case, without diacritics, articles and possessives."""
    plain = _SPACE.sub(" ", anyascii(name).lower()).strip(" .'-")
    plain = re.sub(r"^(?:the|a|an|its|his|her|their|our) ", "", plain)
    return re.sub(r"'s?$|'s(?= )", "", plain)


@lru_cache(maxsize=16_384)
def canonical(name: str) -> str:
    """Return the canonical key of an actor's name: a state or group where the table knows it, else its own key."""
    key = key_of(name)
    names, forces, _ = _table()
    if key in names:
        return names[key]
    words = key.split()
    for size in (3, 2, 1):
        head = " ".join(words[:size])
        rest = [
            word for word in words[size:] if word not in {"armed", "security", "ground", "air", "special", "of", "the"}
        ]
        if head in names and all(word in forces or word.rstrip("s") in forces for word in rest):
            return names[head]
    return key


def known_side(name: str) -> str | None:
    """Return the canonical key of a name that the table has; None for any other."""
    key = canonical(name)
    return key if key in _table()[0] else None


def is_bare_force(actor: str | None) -> bool:
    """True for forces of no named side: "assault troops", "soldiers"."""
    words = (actor or "").split()
    return bool(words) and words[-1].rstrip("s") in _table()[1] and side_of(" ".join(words).title()) is None


@lru_cache(maxsize=16_384)
def side_of(text: str) -> str | None:
    """Return the state or group that a speaker's description names ("the Russian defence ministry": russia)."""
    names, _, _ = _table()
    words = key_of(text).replace("'", " ").split()
    for size in (4, 3, 2, 1):
        for start in range(len(words) - size + 1):
            phrase = " ".join(words[start : start + size])
            if phrase in names and not (phrase in {"us", "is", "au"} and phrase.upper() not in text):
                return names[phrase]
    return None


def states_in(text: str) -> tuple[str, ...]:
    """Return the states that a text names, by any name of one word, in order."""
    names, _, states = _table()
    found = (names.get(key_of(word)) for word in re.findall(r"[A-Z][\w’'-]+", text))
    return tuple(dict.fromkeys(key for key in found if key in states))


def phrase(token: Token) -> str:
    """Return the noun phrase of a head token in lower case, without determiners, clauses and appositions."""
    kept = [t for t in _kept(token) if t.pos_ not in {"DET", "PUNCT"} or t.text == "-"]
    return " ".join(t.text.lower() for t in sorted(kept, key=lambda t: t.i))[:80]


def actor_of(token: Token | None) -> str | None:
    """Return the canonical key of the actor that a noun names; None for no token or a bare pronoun."""
    if token is None or token.pos_ == "PRON":
        return None
    return canonical(phrase(token).replace(" '", "'").replace(" - ", "-")) or None


def head_of(token: Token | None) -> str | None:
    """Return a noun's lemma in lower case; the noun behind "one of", "hundreds of", "a number of"."""
    if token is None:
        return None
    token = behind(token)
    return token.lemma_.lower() if token.pos_ not in {"PRON", "NUM"} else None


def behind(token: Token) -> Token:
    """Return the noun that a quantity word counts: "dozens of people" gives `people`."""
    if token.pos_ in {"NUM", "PRON", "DET", "ADJ"} or token.lemma_.lower() in _MEASURES:
        for child in token.children:
            if child.dep_ == "prep" and child.lower_ == "of":
                for inner in child.children:
                    if inner.dep_ == "pobj":
                        return inner
    return token


_MEASURES = frozenset(
    [
        "dozen",
        "score",
        "hundred",
        "thousand",
        "million",
        "number",
        "total",
        "group",
        "couple",
        "pair",
        "handful",
        "majority",
        "some",
        "most",
        "half",
        "third",
        "crowd",
        "body",
        "part",
        "rest",
        "lot",
        "series",
        "string",
        "wave",
        "one",
        "list",
    ]
)


def _kept(token: Token) -> list[Token]:
    kept: list[Token] = []
    waiting = [token]
    while waiting and len(kept) < 24:
        at = waiting.pop()
        kept.append(at)
        for child in at.children:
            if child.dep_ in _DROPPED or child.pos_ in {"NUM", "PRON"}:
                continue
            if child.dep_ == "prep" and child.lower_ not in {"of"}:
                continue
            waiting.append(child)
    return kept
