"""Who says it: the speaker of every stretch of a sentence, and the discourse that resolves "he said" and "it added".

Patterns: a reporting verb with its subject and its clausal complement (before, after or around it), "according to",
"in X's version", headline forms ("Prefect: …", "…, X says"), and direct quotation carried over sentences. Nested
reports give the innermost speaker, whose name is also the provenance root; "citing X" and "quoted by" go to X.
"""

from __future__ import annotations

import re
from functools import lru_cache

from spacy.tokens import Doc, Token

from monitor.claims.actors import side_of, states_in
from monitor.claims.discourse import (
    PERSON,
    Attribution,
    Discourse,
    Stance,
    carry,
    look_ahead,
    outlet_speaker,
    quoted,
)
from monitor.claims.frames.base import lexicon
from monitor.claims.frames.syntax import is_negated, passive, prep, subject
from monitor.claims.sentences import Sentence
from monitor.claims.speakers import make, reporting_lists, speaker_of
from monitor.claims.wording import Wording

__all__ = ["Attribution", "Discourse", "Stance", "attributions", "look_ahead", "outlet_speaker", "quoted", "report_at"]

_OPEN, _CLOSE = '"“«„', '"”»“'
_HEADLINE_BEFORE = re.compile(r"^([A-Z][\w’'./ -]{1,40}?)(?: on [A-Z]\w+)?: (?=\S)")


@lru_cache(maxsize=1)
def _reporting() -> frozenset[str]:
    lists = reporting_lists()
    return lists["say"] | lists["claim"] | lists["deny"] | lists["suspect"]


@lru_cache(maxsize=1)
def _telling() -> frozenset[str]:
    """Return the words of which a report has at least one."""
    return _reporting() | reporting_lists()["accounts"] | {"according"}


def attributions(doc: Doc, words: Wording, sentence: Sentence, discourse: Discourse) -> list[Attribution]:
    """Return the reports in a sentence, outermost first, and carry the discourse on."""
    if sentence.paragraph != discourse.paragraph:
        discourse.paragraph = sentence.paragraph
        if not discourse.in_quote:
            discourse.running = None
    here = states_in(sentence.text)
    discourse.near = tuple(dict.fromkeys((*discourse.near[-1:], *here)))
    found = _headline(doc, sentence, discourse) if sentence.field == "title" else []
    telling = [doc[at] for at in words.where(_telling())]
    for token in telling:
        if (report := _by_verb(token, discourse)) or (report := _according(token, discourse)):
            found.append(report)
    covered = {a.verb.i for a in found if a.verb is not None}
    found.extend(r for token in telling if token.i not in covered and (r := _by_order(token, found, discourse)))
    found.sort(key=lambda a: a.start - a.end)
    carry(doc, words, found, discourse)
    return found


def report_at(index: int, found: list[Attribution]) -> Attribution | None:
    """Return the innermost report that covers a token; None where the outlet itself speaks."""
    return next((a for a in reversed(found) if a.covers(index)), None)


# --- reporting verbs -------------------------------------------------------------------------------------------------


def _by_verb(verb: Token, discourse: Discourse) -> Attribution | None:
    lists, lemma = reporting_lists(), verb.lemma_.lower()
    if lemma not in _reporting() or verb.pos_ not in {"VERB", "AUX"}:
        return None
    stance = next((s for s in (Stance.DENY, Stance.CLAIM, Stance.SUSPECT) if lemma in lists[s]), None)
    if stance is None and lemma not in lists["say"]:
        return None
    taken = _taken(verb) if lemma == "claim" else None
    if taken == "life" or (taken == "responsibility" and is_negated(verb)) or _corrected(verb):
        return None
    if lemma in _HELD and not any(c.dep_ in {"ccomp", "parataxis"} for c in verb.children) and not _quoted(verb.doc):
        return None  # "maintained control" reports nothing
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


def _taken(verb: Token) -> str | None:
    """Return the object of "claimed the lives of", "claimed responsibility": the verb reports nothing there."""
    return next((c.lemma_.lower() for c in verb.children if c.dep_ == "dobj"), None)


def _corrected(verb: Token) -> bool:
    """True for "as the prefect had first said": the clause around it says otherwise."""
    marks = {c.lower_ for c in verb.children}
    if "as" not in marks:
        return False
    left = verb.left_edge.i
    against = any(t.lower_ == "not" for t in verb.doc[max(0, left - 8) : left]) and verb.doc[left - 1].text != ","
    return against or bool(marks & {"first", "earlier", "initially", "originally", "previously"})


def _content(verb: Token, stance: str | None) -> tuple[int, int, frozenset[int]] | None:
    """Return the span of what is said. A verb amid its content ("X, he said, Y") gets both parts."""
    parts = [c for c in verb.children if c.dep_ in {"ccomp", "parataxis"} and not _apart(c, verb)]
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


def _apart(part: Token, verb: Token) -> bool:
    """True for a clause that a semicolon divides from the verb."""
    low, high = sorted((part.i, verb.i))
    return any(t.text == ";" for t in verb.doc[low:high])


_HELD = frozenset({"maintain", "assert", "boast", "contend", "charge", "profess", "hold", "count", "record", "show"})
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
    if verb.dep_ == "pcomp" and verb.head.lower_ in {
        "as",
        "by",
    }:  # "quoted the ministry as saying", "replied by saying"
        above = verb.head.head
        if verb.head.lower_ == "as" and above.lemma_ in {"quote", "cite"} and not passive(above):
            return next((c for c in above.children if c.dep_ == "dobj"), None)
        return _who(above) if above.pos_ == "VERB" and above != verb else None
    if verb.dep_ in {"relcl", "acl"} and verb.head.pos_ in {"NOUN", "PROPN"}:
        return verb.head
    if verb.dep_ in {"conj", "advcl", "xcomp"} and verb.head.pos_ in {"VERB", "AUX"}:
        return _who(verb.head) if verb.head.dep_ != "conj" or verb.head.head != verb else None
    return None


def _speaks(token: Token) -> bool:
    lemma = token.lemma_.lower()
    lists = reporting_lists()
    return (
        token.pos_ == "PROPN"
        or lemma in lists["persons"]
        or lemma in lists["bodies"]
        or token.lower_ in PERSON | {"we", "i"}
    )


def _quoted(doc: Doc) -> bool:
    return any(t.text in _OPEN + _CLOSE for t in doc)


def _by_order(verb: Token, found: list[Attribution], discourse: Discourse) -> Attribution | None:
    """Read "…, the ministry said" and "…," said the ministry by word order, where the parse has lost it."""
    lists, lemma, doc = reporting_lists(), verb.lemma_.lower(), verb.doc
    said = lemma in lists["say"] and lemma not in lists["weak"]
    if verb.i < 3 or not (said or (lemma in _reporting() and _closes(verb))):
        return None
    if verb.tag_ not in {"VBD", "VBZ", "VBP", "VBN", "NNS", "NN"} or verb.dep_ in {"amod", "compound"}:
        return None
    at = verb.i - 1
    while at > 0 and verb.i - at < 15 and doc[at].text not in _BREAKS:
        at -= 1
    if doc[at].text not in _BREAKS or at < 2:
        return None
    name = doc[at + 1 : verb.i]
    if len(name) == 0 and (before := _apposed(doc, at)):  # "…, the spokeswoman, Ann Lee, told reporters"
        name, at = doc[before[0] : at], before[1]
    elif len(name) == 0 and lemma in {"tell", "inform"}:
        return None
    elif len(name) == 0:  # inverted: '," said Oleh Kiper'
        name = doc[verb.i + 1 : min(verb.i + 8, len(doc))]
        name = name[: next((n for n, t in enumerate(name) if t.text in {",", ".", ";"}), len(name))]
    who = name.root if len(name) else None
    if (
        who is None
        or who.i > verb.i + 8
        or not (_speaks(who) or who.lemma_.lower() in lexicon("humans")["people"])
        or any(a.covers(verb.i) is False and a.verb is not None for a in found)
    ):
        return None
    speaker = speaker_of(who, discourse)
    if speaker is None:
        return None
    start = max((t.i + 1 for t in doc[:at] if t.text == ";"), default=0)
    stance = next((s for s in (Stance.DENY, Stance.CLAIM, Stance.SUSPECT) if lemma in lists[s]), Stance.SAY)
    return Attribution(speaker, verb, stance, start, at, frozenset(range(at, verb.i + 1)))


def _apposed(doc: Doc, comma: int) -> tuple[int, int] | None:
    """Return where the name between two commas starts, and where the noun it explains has its own comma."""
    start = comma - 1
    while start > 0 and comma - start < 5 and doc[start].pos_ == "PROPN":
        start -= 1
    if doc[start].text != "," or start + 1 == comma:
        return None
    at = start - 1
    while at > 0 and start - at < 9 and doc[at].text not in _BREAKS:
        at -= 1
    return (start + 1, at) if doc[at].text in _BREAKS and at >= 2 else None


def _closes(verb: Token) -> bool:
    """True when nothing but the day, the place or the means follows: "…, a rights group alleged on Friday." """
    rest = verb.doc[verb.i + 1 :]
    if len(rest) == 0 or rest[0].is_punct:
        return len(rest) < 3
    after = len(rest) < 7 and rest[0].pos_ in {"ADP", "ADV", "PROPN", "NOUN"} and rest[0].dep_ != "dobj"
    return after and not any(t.pos_ in {"VERB", "AUX", "NUM"} for t in rest)


_BREAKS = frozenset({",", "—", "–", '"', "”", "»", "''"})


def _according(token: Token, discourse: Discourse) -> Attribution | None:
    """ "according to X" covers the whole clause it hangs on; so do "in X's version" and "by X's account"."""
    doc = token.doc
    who = None
    if token.lower_ == "according" and token.i + 1 < len(doc) and doc[token.i + 1].lower_ == "to":
        to = doc[token.i + 1]
        who = next((c for c in (*to.children, *token.children) if c.dep_ == "pobj"), None)
    elif token.dep_ == "pobj" and _is_account(token):
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


def _is_account(token: Token) -> bool:
    return token.lemma_ in reporting_lists()["accounts"] and token.head.lower_ in {"in", "by", "on"}


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
        root.lemma_.lower() in reporting_lists()["persons"] | reporting_lists()["bodies"]
        or side_of(span.text)
        or span.text in _met_names(discourse)
    ):
        return []
    speaker = make(span.text, root, discourse)
    return [Attribution(speaker, None, Stance.SAY, span.end + 1, len(doc), frozenset(range(span.end + 1)))]


def _met_names(discourse: Discourse) -> set[str]:
    return {s.name for s, _, _ in discourse.met}
