"""How much of an article a page gave, and why it is not all."""

from __future__ import annotations

import re

from monitor.model import Quality

_THIN_WORDS, _SHORT_WORDS = 25, 120
_PAYWALL = re.compile(
    r"subscribe (now )?to (continue|read|unlock|keep reading)|subscribers? only|for subscribers|only available to "
    r"subscribers|(this|the) (article|content|story) is (reserved )?(exclusively )?for (our )?(subscribers|members)|"
    r"(log|sign) ?in (or (subscribe|register)[^.]{0,20} )?to (continue|read|keep)|already a subscriber|"
    r"(continue|keep) reading (with|for) (a|your|an?) (free )?(subscription|trial|account)|unlock (this|the full) "
    r"(article|story)|you('ve| have) (reached|hit) your (monthly |free |article )*limit"
    r"|free articles? (left|remaining)|"
    r"to read the (full|rest of the|whole) (article|story)|become a (member|subscriber) to|start your (free )?trial|"
    r"réservé aux abonnés|nur für abonnenten|только для подписчиков|solo para suscriptores",
    re.IGNORECASE,
)
_FREE = re.compile(rb"""["']isAccessibleForFree["']\s*:\s*["']?\s*(false|true)""", re.IGNORECASE)
_GATE_CLASS = re.compile(
    rb"""(?:class|id)\s*=\s*["'][^"']*\b(paywall|piano-|regwall|subscriber-only|premium-content|meteredcontent)""", re.I
)
_BOILERPLATE = re.compile(
    r"(enable|turn on|requires?) (javascript|cookies)|javascript is (disabled|required)|(accept|manage|use) (all )?"
    r"cookies|verify(ing)? (that )?you are (a )?human|checking (if the site connection|your browser)|access denied|"
    r"are you a robot|unusual traffic|404 not found|page not found|(page|article) (you"
    r"|that you)[^.]{0,40}(not|no longer)"
    r" (be found|exist|available)|error 40[34]|privacy policy|terms of (use|service)|all rights reserved",
    re.IGNORECASE,
)
_SCRIPTS = (
    ("latin", re.compile(r"[A-Za-zÀ-ɏ]")),
    ("other", re.compile(r"[\u0370-\u1fff\u2c00-\ud7ff\uf900-\ufdff\ufe70-\uffdc]")),
)
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "a",
        "is",
        "that",
        "for",
        "it",
        "on",
        "was",
        "as",
        "with",
        "be",
        "by",
        "at",
        "from",
        "are",
        "this",
        "have",
        "he",
        "has",
        "said",
        "were",
        "had",
        "an",
        "which",
        "but",
        "not",
        "his",
        "they",
        "who",
        "been",
        "its",
        "their",
        "will",
        "would",
        "after",
        "more",
        "about",
        "into",
        "one",
        "over",
        "when",
        "where",
        "there",
    ]
)


def judge(text: str, html: bytes, language: str | None) -> tuple[Quality, str]:
    """Return the quality of an extracted text with the reason in words.

    `html` is the page it came from; `language` is what the page says of itself (ISO 639, maybe with a region).
    """
    words = text.split()
    if not words:
        return Quality.EMPTY, "no readable text on the page"
    if found := _boilerplate(text, len(words)):
        return Quality.BOILERPLATE, found
    if found := _paywall(text, html, len(words)):
        return Quality.PAYWALLED, found
    if len(words) < _THIN_WORDS:
        return Quality.THIN, f"{len(words)} words"
    if found := _foreign(text, words, language):
        return Quality.FOREIGN, found
    return Quality.FULL, ""


def _boilerplate(text: str, count: int) -> str:
    hits = _BOILERPLATE.findall(text)
    if hits and count < _SHORT_WORDS and len(hits) * 25 >= count:
        found = _BOILERPLATE.search(text)
        return f"a notice, not an article: {found[0]!r}" if found else ""
    lines = [line for line in text.split("\n\n") if line]
    short = sum(1 for line in lines if len(line.split()) < 6 and not line.endswith((".", "!", "?", '"', "”")))
    if len(lines) >= 8 and short / len(lines) > 0.8:
        return f"{short} of {len(lines)} lines are labels, not sentences"
    return ""


def _paywall(text: str, html: bytes, count: int) -> str:
    tail = "\n\n".join(text.split("\n\n")[-4:]) if count >= _SHORT_WORDS else text
    if (found := _PAYWALL.search(tail)) and count < 400:
        return f"the text ends in an offer: {found[0]!r}"
    marks = {match.lower() for match in _FREE.findall(html)}
    if b"false" in marks and count < 250:
        return "the page says isAccessibleForFree: false and shows a part"
    if count < _SHORT_WORDS and (_GATE_CLASS.search(html) or _PAYWALL.search(html.decode("utf-8", "replace"))):
        return f"{count} words before a gate"
    if count < _SHORT_WORDS and text.rstrip().endswith(("…", "...", "[…]")):
        return "the text breaks off with an ellipsis"
    return ""


def _foreign(text: str, words: list[str], language: str | None) -> str:
    sample = text[:4000]
    latin, other = (len(pattern.findall(sample)) for _, pattern in _SCRIPTS)
    if other > latin:
        return "not in Latin script"
    share = sum(1 for word in words[:400] if word.strip(".,;:!?\"'()“”’").lower() in _ENGLISH) / min(len(words), 400)
    if share < 0.12:
        return f"reads as {language or 'another language'}, not English"
    return ""
