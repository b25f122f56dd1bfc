"""Who does what to whom in a clause, off spaCy's dependency parse."""

from __future__ import annotations

from spacy.tokens import Token

SUBJECTS = frozenset({"nsubj", "csubj"})
PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
NEGATORS = frozenset({
    "not", "n't", "no", "never", "neither", "nor", "none", "nobody", "nothing", "nowhere", "hardly", "cannot",
})  # fmt: skip


def passive(verb: Token) -> bool:
    """True for "was captured", "captured by", and for a participle that modifies the thing it happened to."""
    if any(child.dep_ in PASSIVE_SUBJECTS or child.dep_ in {"auxpass", "agent"} for child in verb.children):
        return True
    return (
        verb.tag_ == "VBN"
        and (verb.dep_ in {"acl", "amod"} or not any(c.dep_ == "aux" for c in verb.children))
        and (not any(c.dep_ == "dobj" for c in verb.children))
    )


def agent(verb: Token) -> Token | None:
    """Return who does it: the subject of an active verb, the "by" of a passive or a noun, a noun's possessor."""
    if verb.pos_ in {"NOUN", "PROPN"}:
        return (
            prep(verb, "by")
            or child_of(verb, {"poss"})
            or child_of(verb, {"amod", "compound", "nmod"}, {"ADJ", "PROPN"})
        )
    if passive(verb):
        by = child_of(verb, {"agent"})
        return child_of(by, {"pobj"}) if by is not None else None
    return subject(verb)


def patient(verb: Token) -> Token | None:
    """Return what it is done to: the object, the subject of a passive, the "of" of a noun."""
    if verb.pos_ in {"NOUN", "PROPN"}:
        return prep(verb, "of") or prep(verb, "on") or prep(verb, "against")
    if passive(verb):
        return child_of(verb, PASSIVE_SUBJECTS) or _antecedent(verb) or subject(verb)
    return child_of(verb, {"dobj", "obj"}) or prep(verb, "of")


def subject(verb: Token, depth: int = 4) -> Token | None:
    """Return the grammatical subject, through coordination, infinitives and relative clauses."""
    for _ in range(3):
        if verb.pos_ in {"VERB", "AUX"} or verb.dep_ not in _PREDICATIVE or verb.head == verb:
            break
        verb = verb.head
    found = child_of(verb, SUBJECTS | PASSIVE_SUBJECTS)
    if found is not None:
        if found.tag_ in {"WDT", "WP"} or (found.dep_ == "nsubj" and found.lower_ in {"that", "which", "who"}):
            return verb.head if verb.dep_ == "relcl" else found
        return found
    if depth and verb.dep_ in {"conj", "xcomp", "advcl", "ccomp"} and verb.head.pos_ in {"VERB", "AUX"}:
        return subject(verb.head, depth - 1)
    return _antecedent(verb)


_PREDICATIVE = frozenset({"prep", "acomp", "attr", "oprd", "pobj", "advmod", "npadvmod", "prt"})


def _antecedent(verb: Token) -> Token | None:
    return verb.head if verb.dep_ in {"relcl", "acl", "amod"} and verb.head.pos_ in {"NOUN", "PROPN"} else None


def prep(token: Token, *words: str) -> Token | None:
    """Return the object of a preposition under a token."""
    for child in token.children:
        if child.dep_ in {"prep", "agent", "dative"} and child.lower_ in words:
            return child_of(child, {"pobj", "pcomp"})
    return None


def child_of(token: Token, deps: frozenset[str] | set[str], pos: set[str] | None = None) -> Token | None:
    """Return the first child with one of these dependencies, of one of these parts of speech where they are given."""
    return next((c for c in token.children if c.dep_ in deps and (pos is None or c.pos_ in pos)), None)


def role(head: Token, where: str, last: Token | None = None) -> Token | None:
    """Return the token in the role that a lexicon entry names; prepositions may hang on any word of its phrase."""
    if where == "agent":
        return agent(head)
    if where == "patient":
        return patient(head)
    if where == "subject":
        return subject(head)
    if where.startswith("prep:"):
        words = where[5:].split("|")
        phrase = head.doc[head.i : last.i + 1] if last is not None and last.i >= head.i else [head]
        return next((found for token in phrase if (found := prep(token, *words)) is not None), None)
    return None


def is_negated(head: Token) -> bool:
    """True for "not", "never", "no soldier", "none of", "without", "failed to", up to the clause's own verb."""
    at = head
    for _ in range(4):
        if any(c.lower_ == "longer" and c.i > 0 and c.nbor(-1).lower_ == "no" for c in at.children):
            return True
        if any(c.dep_ == "neg" or c.lower_ in NEGATORS for c in at.children if abs(c.i - at.i) < 9 or c.dep_ == "neg"):
            return True
        for child in at.children:
            if child.dep_ in SUBJECTS | PASSIVE_SUBJECTS | {"dobj", "attr", "expl"} and _no(child):
                return True
        if at.dep_ == "pcomp" and at.head.lower_ == "without":
            return True
        if at.dep_ == "xcomp" and at.head.lemma_ in {"fail", "refuse", "decline", "stop", "unable"}:
            return True
        if at.dep_ in {"xcomp", "acomp", "attr", "dobj", "auxpass", "aux"} and at.head != at:
            at = at.head
            continue
        return False
    return False


def _no(token: Token) -> bool:
    if token.lower_ in {"none", "nobody", "nothing", "neither", "no"} or (
        token.lower_ == "one" and _child_lower(token, "not")
    ):
        return True
    return any(_not_one(c) for c in token.children) or any(
        c.lower_ in {"no", "neither"} and c.dep_ in {"det", "preconj", "neg"} for c in token.children
    )


def _not_one(token: Token) -> bool:
    return token.lower_ == "one" and (_child_lower(token, "not") or (token.i > 0 and token.nbor(-1).lower_ == "not"))


def _child_lower(token: Token, word: str) -> bool:
    return any(child.lower_ == word for child in token.children)
