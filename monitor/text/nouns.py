"""Simple noun phrases after a number, without a parse: where the counted noun ends and its singular form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.text.numbers import HYPHENS, Token, key_at, words

IRREGULAR = {
    "people": "person", "persons": "person", "men": "man", "women": "woman", "children": "child", "lives": "life",
    "wives": "wife", "knives": "knife", "thieves": "thief", "wolves": "wolf", "feet": "foot", "teeth": "tooth",
    "buses": "bus", "gases": "gas", "viruses": "virus", "crises": "crisis", "bases": "base", "houses": "house",
    "injured": "injured", "aircraft": "aircraft", "lenses": "lens", "corpses": "corpse", "police": "police",
    "horses": "horse", "nurses": "nurse", "warehouses": "warehouse", "cases": "case", "licences": "licence",
    "losses": "loss", "hostages": "hostage", "series": "series", "species": "species", "dead": "dead",
    "movies": "movie", "calories": "calorie", "zombies": "zombie", "ties": "tie", "shoes": "shoe", "canoes": "canoe",
    "axes": "axe", "caches": "cache", "headquarters": "headquarters", "barracks": "barracks", "cattle": "cattle",
    "hooves": "hoof", "leaves": "leaf", "halves": "half", "shelves": "shelf", "policemen": "policeman",
    "purchases": "purchase", "increases": "increase", "decreases": "decrease", "fuses": "fuse", "phases": "phase",
}  # fmt: skip
STATES = words(
    """
    dead killed wounded injured missing hurt displaced detained arrested hospitalised hospitalized slain martyred
    homeless casualties infected
    """
)
_COLLECTIVE = words(
    """
    people men women children police troops personnel aircraft dead cattle sheep fish staff infantry
    """
)
_COMPOUND_PLURALS = words(
    """
    police infantry staff
    arms forces nations states rights drugs sports sales services systems operations emirates affairs customs
    communications settlements missiles emergencies women men people humanities
    """
)
_NOUNS_ING = words(
    """
    building meeting hearing king wing ring landing crossing bombing shooting killing drowning dwelling being
    thing sibling string morning evening warning offspring lodging sapling spring
    """
)
_NOUNS_ED = words("bed seed shed feed need deed weed speed steed breed moped hundred")
STOP = words(
    """
    cannot beyond north south east west northeast northwest southeast southwest downstream upstream
    in on at by from with for after before during near as into over under against between since until till across
    around about inside outside amid amidst through throughout along off out up down aboard above below within
    without toward towards per via including than that which who whom whose where when while and or but if because
    so of to is are was were be been being am has have had having do does did will would can could may might must
    shall should i you he she it we they them him her us me himself themselves itself this these those his its
    their our my your there here then what how why not n't never no nor the a an any each every both all such die
    dies died say says said told tell tells flee fled take takes took taken face faces fall falls fell fallen hit
    hits go goes went gone make makes made remain remains join joins lost lose loses left leave leaves came come
    comes get gets got give gives gave given find finds found hold holds held keep kept see sees saw seen seek
    seeks sought set sets show shows shown stand stands stood storm storms stormed strike strikes struck become
    becomes became begin began begun bring brings brought buy bought cast caught choose chose drew drive drove
    drown eat fight fights fought flew fly forget froze grew hurt hurts kill kills know knew known lay lead leads
    led lie lies meet met miss need needs pay paid perish perishes put ran run runs rise rises rose risen sank
    sunk sent send shot shut sink sleep slept spend spent survive survives swept swim think thought threw torn
    trap vote votes want wants win wins won wound wrote await awaits arrive arrives gather gathers protest
    protests march marches return returns suffer suffers went dead missing wounded injured killed alive homeless
    captive hostage ago later earlier also still now already yet alone altogether overall apiece today yesterday
    tomorrow tonight overnight monday tuesday wednesday thursday friday saturday sunday long high deep wide tall
    old away apart more less fewer even only just almost nearly once twice again together too very so far least
    most according due because amid following compared despite plus minus versus vs onto upon
    """
)
_COMPOUNDING = frozenset({"strike", "storm", "protest", "return"})  # "38 strike drones"
_DETERMINERS = frozenset({"the", "its", "their", "his", "her", "those", "these"})
_MAX_WORDS = 7


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """The tokens `first` to `last` (exclusive) with the head last; `head` is its singular, lower-case form."""

    first: int
    last: int
    head: str


def singular(word: str) -> str:
    """The singular of an English plural, in lower case ("policewomen" → "policewoman"); other words unchanged."""
    key = word.lower()
    if key in IRREGULAR:
        return IRREGULAR[key]
    if key.endswith("men") and len(key) > 5 and key not in {"specimen", "women", "regimen"}:
        return key[:-2] + "an"
    if key.endswith("ies") and len(key) > 4:
        return key[:-3] + "y"
    if key.endswith(("sses", "shes", "ches", "xes", "zes", "oes")) and len(key) > 4:
        return key[:-2]
    if key.endswith("s") and not key.endswith(("ss", "us", "is", "'s", "’s")) and len(key) > 3:
        return key[:-1]
    return key


def is_plural(word: str) -> bool:
    """Whether a word looks like a plural noun."""
    return word in _COLLECTIVE or singular(word) != word


def read_noun_phrase(tokens: Sequence[Token], at: int, *, plural: bool) -> NounPhrase | None:
    """The noun phrase at `at`; with `plural` it ends at its first plural noun ("people | killed in the strike").

    A bare state ("12 dead", "40 killed or wounded") counts as a noun.
    """
    state = _read_state(tokens, at)
    if state is not None:
        return state
    last = None
    step = at
    while step < min(len(tokens), at + 2 * _MAX_WORDS):
        token = tokens[step]
        if token.text in HYPHENS and step > at and tokens[step - 1].end == token.start:
            step += 1
            continue
        if token.text[0].isdecimal() and last is not None and tokens[step - 1].end == token.start:
            last = step
            step += 1
            continue
        if not token.text[0].isalpha() or _ends_phrase(tokens, step, last, at):
            break
        last = step
        if plural and _is_head(tokens, step, at):
            break
        step += 1
    if last is None or (last == at and _is_verbal(tokens[at].key)):
        return None
    return NounPhrase(at, last + 1, _head(tokens, last, at))


def _head(tokens: Sequence[Token], last: int, at: int) -> str:
    """The singular of the last word; a model name keeps all its parts ("BMP-2s" → "bmp-2")."""
    first = last
    while first > at and tokens[first - 1].end == tokens[first].start:
        first -= 1
    written = "".join(token.key for token in tokens[first : last + 1])
    return singular(written if any(map(str.isdecimal, written)) else tokens[last].key)


def _read_state(tokens: Sequence[Token], at: int) -> NounPhrase | None:
    key = key_at(tokens, at)
    if key not in STATES:
        return None
    if key_at(tokens, at + 1) in {"and", "or"} and key_at(tokens, at + 2) in STATES:
        return NounPhrase(at, at + 3, "casualty")
    following = key_at(tokens, at + 1)
    free = not following or not following[0].isalpha() or following in STOP or following.endswith("ly")
    return NounPhrase(at, at + 1, singular(key)) if free or key in {"casualties"} else None


def _ends_phrase(tokens: Sequence[Token], step: int, last: int | None, at: int) -> bool:
    key = tokens[step].key
    if step == at and key_at(tokens, at - 1) in _DETERMINERS:
        return False
    if step == at and key in _COMPOUNDING and is_plural(key_at(tokens, at + 1)) and key_at(tokens, at + 1) not in STOP:
        return False
    if key in STOP:
        return last is not None or key not in STATES
    if last is None:
        return key.endswith("ly") and not _modifies(tokens, step + 1)
    if tokens[step].start == tokens[step - 1].end or key_at(tokens, step - 1).endswith("ly"):
        return False
    return _is_verbal(key) or key.endswith("ly")


def _is_verbal(key: str) -> bool:
    """Whether a word looks like a participle."""
    return (key.endswith("ing") and key not in _NOUNS_ING) or (key.endswith("ed") and key not in _NOUNS_ED)


def _modifies(tokens: Sequence[Token], at: int) -> bool:
    """Whether a participle at `at` is followed by a noun: "heavily armed men"."""
    following = key_at(tokens, at + 1)
    return _is_verbal(key_at(tokens, at)) and following[:1].isalpha() and following not in STOP


def _is_head(tokens: Sequence[Token], step: int, at: int) -> bool:
    key = tokens[step].key
    if not is_plural(key):
        return False
    following = key_at(tokens, step + 1)
    if key in _COMPOUND_PLURALS and is_plural(following) and following not in STOP:
        return False
    named = tokens[step].text[:1].isupper() and following[:1].isalpha() and tokens[step + 1].text.islower()
    return not (named and following not in STOP and is_plural(following))
