"""Text → tokens in which light edits vanish: spelling, attribution verbs, units, numerals, titles of courtesy."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?|%")
_QUOTED = re.compile(r"“[^”]{0,2000}”|\"[^\"]{0,2000}\"|«[^»]{0,2000}»|‘[^’]{25,2000}’(?!\w)", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?])[\"”»’']*\s+(?=[\"“«‘]?[A-ZÀ-ÞΑ-ΩА-Я0-9])|\n+")
_SAYING = frozenset(
    [
        "say",
        "says",
        "said",
        "saying",
        "tell",
        "tells",
        "told",
        "telling",
        "state",
        "states",
        "stated",
        "stating",
        "add",
        "adds",
        "added",
        "adding",
        "announce",
        "announces",
        "announced",
        "note",
        "notes",
        "noted",
        "noting",
        "report",
        "reports",
        "reported",
        "reporting",
        "declare",
        "declares",
        "declared",
        "claim",
        "claims",
        "claimed",
        "explain",
        "explains",
        "explained",
        "according",
        "confirm",
        "confirms",
        "confirmed",
        "wrote",
        "writes",
        "insisted",
        "insists",
        "remarked",
        "commented",
        "maintained",
        "stressed",
        "emphasised",
        "emphasized",
        "underlined",
        "quoted",
    ]
)
_SPELLING = {
    "defence": "defense", "offence": "offense", "licence": "license", "programme": "program", "programmes": "programs",
    "tyre": "tire", "tyres": "tires", "aluminium": "aluminum", "grey": "gray", "plough": "plow", "jewellery": "jewelry",
    "kerb": "curb", "manoeuvre": "maneuver", "manoeuvres": "maneuvers", "storey": "story", "storeys": "stories",
    "cheque": "check", "cheques": "checks", "sceptical": "skeptical", "mould": "mold", "gaol": "jail",
    "whilst": "while", "amongst": "among", "towards": "toward", "afterwards": "afterward", "learnt": "learned",
    "burnt": "burned", "spelt": "spelled", "dreamt": "dreamed", "speciality": "specialty", "airplane": "aeroplane",
    "ageing": "aging", "judgement": "judgment", "enquiry": "inquiry", "artefact": "artifact", "per": "", "cent": "%",
    "percent": "%", "pct": "%", "kyiv": "kiev", "odesa": "odessa", "kharkiv": "kharkov", "lviv": "lvov", "mr": "",
    "mrs": "", "ms": "", "dr": "", "gen": "general", "col": "colonel", "lt": "lieutenant", "maj": "major",
    "capt": "captain", "sgt": "sergeant", "gov": "governor", "sen": "senator", "rep": "representative", "u": "",
    "s": "", "us": "american", "usa": "american", "uk": "british", "un": "nations", "eu": "european", "that": "",
    "the": "",
    "a": "", "an": "", "has": "", "have": "", "had": "", "which": "", "monday": "*day", "tuesday": "*day",
    "wednesday": "*day", "thursday": "*day", "friday": "*day", "saturday": "*day", "sunday": "*day", "today": "*day",
    "yesterday": "*day", "january": "jan", "february": "feb", "august": "aug", "september": "sep", "sept": "sep",
    "october": "oct", "november": "nov", "december": "dec", "km": "kilometer", "kms": "kilometer", "mile": "kilometer",
    "miles": "kilometer", "kilometres": "kilometer", "kilometre": "kilometer", "kilometers": "kilometer",
    "metre": "meter", "metres": "meter", "meters": "meter", "yards": "meter", "feet": "meter", "foot": "meter",
    "kg": "kilogram", "kilograms": "kilogram", "kilogrammes": "kilogram", "pounds": "kilogram", "tonnes": "ton",
    "tonne": "ton", "tons": "ton", "hectares": "hectare", "acres": "hectare", "litres": "liter", "litre": "liter",
    "liters": "liter", "gallons": "liter", "m": "million", "bn": "billion",
}  # fmt: skip
_NUMBERS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15",
    "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19", "twenty": "20",
}  # fmt: skip
# American spelling by ending; the stems are long enough to leave "prize", "hour" and "four" alone.
_ENDINGS = (
    (re.compile(r"(\w{3,})is(e|ed|es|ing|ation|ations|er|ers)$"), r"\1iz\2"),
    (re.compile(r"(\w{2,})yse(d|s)?$"), r"\1yze\2"),
    (re.compile(r"(\w{2,})our(s|ed|ing|ful|able|hood|hoods|ite|ites)?$"), r"\1or\2"),
    (re.compile(r"(\w{3,})tre(s|d)?$"), r"\1ter\2"),
    (re.compile(r"(\w{3,})ogue(s)?$"), r"\1og\2"),
    (re.compile(r"(\w{2,}[aeio])ll(ed|ing|er|ers|ation)$"), r"\1l\2"),
    (re.compile(r"\b(an|p|h|encyclop|arch)ae(\w+)$"), r"\1e\2"),
)


def sentences(text: str) -> list[str]:
    """Split roughly into sentences; good enough for comparing texts."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def without_quotes(text: str) -> str:
    """Blank out quoted speech, which independent reports of one statement share."""
    return _QUOTED.sub(" ", text)


def tokens(text: str) -> list[str]:
    """Return the words as compared: folded, respelled, with saying verbs as one token and little words left out."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    words = (_token(word) for word in _WORD.findall(folded))
    return [word for word in words if word]


def _token(word: str) -> str:
    word = word.removesuffix("'s").replace("'", "")
    if word in _SAYING:
        return "*say"
    if word in _SPELLING:
        return _SPELLING[word]
    if word[0].isdigit():
        return word.replace(",", "")
    if word in _NUMBERS:
        return _NUMBERS[word]
    for pattern, replacement in _ENDINGS:
        word = pattern.sub(replacement, word)
    return word
