"""Extracted lines → clean paragraphs: what sites put between the sentences is taken out."""

from __future__ import annotations

import re

_ALWAYS = re.compile(
    r"(sign(ing)? up|subscribe|register) (for|to|now|today|here)\b.{0,80}\b(newsletter|inbox|alerts?|updates|briefing|"
    r"app|channel|daily|weekly|free)\b.{0,80}"
    r"|(follow|join|like|find) us\b.{0,120}|(download|get) (the|our) .{0,40}\bapps?\b.{0,80}"
    r"|(share|save|print|email|tweet) (this|the) (article|story|page|post|link)\b.{0,60}"
    r"|the post .{1,200} (first )?appeared (first )?on .{1,80}",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"(read|see|watch|view|listen|learn|find out|discover|explore)( (more|also|next|now|here|all|this"
    r"|full|the full|on))+"
    r"\b.{0,120}"
    r"|(read|see|watch) ?: .{0,160}"
    r"|(also|more|further) (read|reading|on this( story)?|from .{1,40}|stories|news|coverage"
    r"|in .{1,30})\b ?:?.{0,100}"
    r"|related( (articles?|stories|topics?|coverage|content|news|posts?|links?|reading|video))*\s*:?.{0,120}"
    r"|(most|more) (read|popular|viewed|shared|watched)( .{0,40})?|trending( now)?|editors?['’]?s? (picks?|choice)"
    r"|recommended( (for you|stories|reading|articles))?|you (may|might) (also )?(like|be interested in).{0,60}"
    r"|(share|save|print|tweet|copy link|email|post|pin|follow us|comments?|advertisement|advertising"
    r"|sponsored( content)?"
    r"|ad|ads|promoted|loading(\.\.\.|…)?|close|menu|search|subscribe|newsletter|top stories"
    r"|latest( news)?|live updates?"
    r"|back to top|home|next|previous|reply|report this ad|skip (ad|advertisement"
    r"|to (main )?content))( (this|it|now|here))?"
    r"[.!:]?"
    r"|(share|follow|join|like|find)( us| this( article| story| page)?| it)?( on| via)? (our )?(facebook"
    r"|twitter|x|whatsapp"
    r"|telegram|linkedin|reddit|instagram|tiktok|youtube|google news|messenger|bluesky|email)\b.{0,80}"
    r"|(facebook|twitter|whatsapp|telegram|linkedin|reddit|pinterest|email|messenger|x|copy link|print"
    r"|share|,|\||/|\s)+"
    r"|(click|tap) (here|on)\b.{0,100}|(sign|signing) up (for|to)\b.{0,160}|subscribe (to|for|now|today)\b.{0,140}"
    r"|(download|get) (the|our) .{0,40}\bapps?\b.{0,80}|(get|receive) .{0,60}\b(inbox|newsletter|alerts)\b.{0,80}"
    r"|(©|\(c\)|copyright) .{0,160}|all rights reserved.{0,80}|(image|photo|picture|video) (source|credit"
    r"|caption)s?\b.{0,160}"
    r"|(file )?(photo|image|picture)\s?: .{0,160}|(getty images|reuters|afp|ap|epa)( ?[/,] ?.{0,40})? (photo|file)?"
    r"|(tags?|topics?|categories|filed under|keywords|contact us|send (us )?(a )?tips?)\s?:.{0,160}"
    r"|\d+ (comments?|shares?|likes?|views?|min(ute)?s? read)|(this )?(story|article) continues below.{0,60}"
    r"|(this|the) (article|story|report) (was|is) (originally |first )(published|posted)\b.{0,160}"
    r"|(published|updated|posted|last (updated|modified))( (on|at))?\s?:? .{0,60}\d{4}.{0,40}",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*[-–•*·▪►]\s+")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_END = re.compile(r"^(related (stories|articles|coverage|topics)|more (on this story|from .{1,30}|stories)|most read"
                  r"|read (more|next)|recommended( stories)?|you may also like|(latest|top) stories|about the author"
                  r"|comments)\s*:?$", re.IGNORECASE)  # fmt: skip


def paragraphs(text: str, title: str = "") -> str:
    """Return the lines that are prose, as paragraphs separated by blank lines; the repeated title is left out."""
    kept: list[str] = []
    lines = [_tidy(line) for line in text.split("\n")]
    for index, line in enumerate(lines):
        if _END.match(line) and _only_labels(lines[index + 1 :]):
            break
        if not line or (kept and line == kept[-1]) or (not kept and line.casefold() == title.casefold()):
            continue
        if not is_furniture(line):
            kept.append(line)
    return "\n\n".join(kept)


def is_furniture(line: str) -> bool:
    """Say whether a line is a site's furniture (links, buttons, credits), not the article's."""
    if _ALWAYS.fullmatch(line):
        return True
    found = _WHOLE.fullmatch(line)
    # A sentence that merely begins so ("Related costs rose to 5 million, the ministry said.") is kept.
    return bool(found) and not (len(line.split()) > 9 and line.endswith((".", "”", '."')) and "http" not in line)


def _tidy(line: str) -> str:
    return _BULLET.sub("", _SPACES.sub(" ", _UNSEEN.sub("", line))).strip()


def _only_labels(lines: list[str]) -> bool:
    filled = [line for line in lines if line]
    return all(not line.endswith((".", "”", '."', ".'")) for line in filled)
