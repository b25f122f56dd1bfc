"""Cuts a parsed sentence into the clauses that each make an assertion of their own."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from spacy.attrs import POS
from spacy.symbols import AUX, VERB
from spacy.tokens import Doc, Token

from monitor.claims.attribution import Attribution
from monitor.claims.frames.base import Clause
from monitor.claims.frames.figures import named_by_before
from monitor.claims.frames.syntax import PASSIVE_SUBJECTS, SUBJECTS
from monitor.claims.quantities import QuantitySpan
from monitor.claims.wording import Wording

_CONTRASTS = frozenset({"while", "whereas", "though", "although", "but"})
_LEAST = 3  # words of a clause
_SUBJECTS = SUBJECTS | PASSIVE_SUBJECTS | {"expl"}


def clauses(
    doc: Doc, words: Wording, found: Sequence[Attribution], quantities: Sequence[QuantitySpan], *, title: bool
) -> list[Clause]:
    """Return disjoint clauses in text order that together hold the sentence."""
    cuts = sorted({0, *(cut for token in _openers(doc, words) if (cut := _cut_before(token, doc))), len(doc)})
    framing = {i for a in found for i in a.frame} | {a.verb.i for a in found if a.verb is not None}
    cuts = _worthwhile(doc, cuts, framing)
    pieces = []
    told = named_by_before(doc, words.text, [q for q in quantities if not _framing(doc, q, framing)])
    for start, end in itertools.pairwise(cuts):
        inside = tuple(q for q in told if _within(doc, start, end, q))
        pieces.append(Clause(doc, start, end, _head(doc, start, end, found), inside, title, words))
    return pieces


def _framing(doc: Doc, quantity: QuantitySpan, framing: set[int]) -> bool:
    """True for a figure that counts speakers: "three witnesses said"."""
    if not framing or quantity.quantity.unit:
        return False
    span = doc.char_span(quantity.start, quantity.end, alignment_mode="expand")
    return span is not None and len(span) > 0 and span.root.i in framing and span.root.head.dep_ in SUBJECTS | {"pobj"}


def _openers(doc: Doc, words: Wording) -> list[Token]:
    """Return the tokens at which `_cut_before` may find a cut."""
    verbs = [at for at, pos in enumerate(doc.to_array(POS).tolist()) if pos in {VERB, AUX}]
    return [doc[at] for at in (*verbs, *words.at.get(";", ()))]


def _cut_before(token: Token, doc: Doc) -> int | None:
    """Return where a new assertion begins: a joined verb with its own subject, or after a semicolon."""
    if token.text == ";":
        return token.i + 1
    if token.pos_ not in {"VERB", "AUX"}:
        return None
    if not _own_subject(token):
        return _tail(token, doc)
    left = min((t.i for t in token.subtree), default=token.i)
    if token.dep_ in {"conj", "parataxis"} and token.head.pos_ in {"VERB", "AUX"} and left > token.head.i:
        return _over_joint(doc, left)
    if token.dep_ == "advcl" and any(c.lower_ in _CONTRASTS for c in token.children):
        if left > token.head.i:
            return left
        right = max(t.i for t in token.subtree) + 1
        return right if right < token.head.i else None
    return None


def _tail(verb: Token, doc: Doc) -> int | None:
    """Return the start of a consequence without a subject of its own: ", killing 26", "and wrecked the bakery"."""
    weighty = any(c.dep_ in {"dobj", "attr", "oprd", "ccomp", "acomp"} for c in verb.children)
    left = verb.left_edge.i
    if not weighty or left <= verb.head.i or verb.head.pos_ not in {"VERB", "AUX"}:
        return None
    if verb.dep_ == "advcl" and verb.tag_ == "VBG" and left > 0 and doc[left - 1].text == ",":
        return left
    if (
        verb.dep_ == "conj"
        and verb.tag_ not in {"VB", "VBG"}
        and verb.head.dep_ in {"ROOT", "ccomp", "conj", "parataxis"}
    ):
        return left
    return None


def _own_subject(verb: Token) -> bool:
    return any(c.dep_ in _SUBJECTS for c in verb.children)


def _over_joint(doc: Doc, left: int) -> int:
    return left


def _worthwhile(doc: Doc, cuts: list[int], framing: set[int]) -> list[int]:
    """Drop cuts that leave a piece of fewer than three words, "the ministry said" not counted."""
    kept = [cuts[0]]
    for cut in cuts[1:-1]:
        least = 1 if doc[cut - 1].text == ";" else _LEAST
        if _words(doc, kept[-1], cut, framing) >= least and _words(doc, cut, cuts[-1], framing) >= least:
            kept.append(cut)
    return [*kept, cuts[-1]]


def _words(doc: Doc, start: int, end: int, framing: set[int]) -> int:
    return sum((token.is_alpha or token.like_num) and token.i not in framing for token in doc[start:end])


def _within(doc: Doc, start: int, end: int, quantity: QuantitySpan) -> bool:
    return doc[start].idx <= quantity.start < doc[end - 1].idx + len(doc[end - 1])


def _head(doc: Doc, start: int, end: int, found: Sequence[Attribution]) -> Token:
    """Return the piece's own predicate: its highest verb that is no reporting verb."""
    aside = {a.verb.i for a in found if a.verb is not None}.union(*(a.frame for a in found))
    own = [t for t in doc[start:end] if t.i not in aside] or list(doc[start:end])
    verbs = [t for t in own if t.pos_ in {"VERB", "AUX"} and t.dep_ not in {"aux", "auxpass"}]
    return min(verbs or own, key=lambda t: (_depth(t), t.i))


def _depth(token: Token) -> int:
    depth = 0
    while token.head != token and depth < 30:
        token, depth = token.head, depth + 1
    return depth
