"""URLs as identities: two addresses of one article become one string."""

from __future__ import annotations

import contextlib
import hashlib
import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"(utm_.*|at_.*|ns_.*|pk_.*|mtm_.*|matomo_.*|hsa_.*|ga_.*|_ga|_gl|__twitter_impression|gclid|gclsrc|dclid|gbraid"
    r"|wbraid|fbclid|fb_.*|msclkid|yclid|ysclid|_openstat|twclid|ttclid|igshid|igsh|li_fat_id|mc_cid|mc_eid|mkt_tok"
    r"|vero_id|_hsenc|_hsmi|oly_.*|wt_mc|wt\.mc.*|wt_zmc|xtor|cmp|cmpid|cmpid.*|ito|ocid|ncid|sr_share|smid|smtyp|sref"
    r"|partner|feedtype|feedname|taid|traffic_source|dicbo|ref|referrer|referer|ref_src|ref_url|source|src|rss|from"
    r"|share|shared|sharetype|sh|s_cid|icid|intcid|int_.*|cid_source|campaign|campaign_id|mbid|guccounter"
    r"|guce_.*|spm|scm|output|outputtype|amp|amp_.*|_amp|usqp|print|echobox|__tn__|__xts__.*|trk|trkcampaign)",
    re.IGNORECASE,
)
# Names that are tracking on one site and identity on the next are dropped only with a value that gives them away.
_ONLY_WITH = {
    "ref": re.compile(r"(rss|feed|twitter|x|fb|facebook|home.*|share|nav|search|newsletter|t\.co|[a-z.]*\.com)", re.I),
    "source": re.compile(r"(rss|feed|twitter|fb|facebook|share.*|newsletter|email|google.*|social.*)", re.I),
    "src": re.compile(r"(rss|feed|twitter|fb|share.*|email|me|social.*)", re.I),
    "from": re.compile(r"(rss|feed|twitter|fb|share.*|home.*|timeline|groupmessage|singlemessage)", re.I),
    "rss": re.compile(r"(|1|true|yes)", re.I),
    "share": re.compile(r"(|1|true|.*(email|facebook|twitter|whatsapp|copy|link).*)", re.I),
    "sh": re.compile(r"[0-9a-f]{8,}", re.I),
    "output": re.compile(r"amp(html)?", re.I),
    "outputtype": re.compile(r"(amp.*|default)", re.I),
    "amp": re.compile(r"(|1|true|amp)", re.I),
    "print": re.compile(r"(|1|true)", re.I),
    "partner": re.compile(r"(rss|feed|msn|yahoo|google|apple|flipboard|smartnews).*", re.I),
    "campaign": re.compile(r".*[a-z].*", re.I),
    "cmp": re.compile(r".*(rss|share|feed|social|twt|fb|email).*|[a-z]{2,}[_-].*", re.I),
}
_MOBILE_LABELS = frozenset({"m", "mobile", "amp", "touch", "wap", "mobi", "www", "www2", "www3"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_AMP_CACHE = re.compile(r"https?://(?:[^/]+\.)?cdn\.ampproject\.org/(?:[a-z]/)?(s/)?(.+)", re.IGNORECASE)
_AMP_VIEWER = re.compile(r"https?://(?:www\.)?google\.[a-z.]{2,6}/amp/(s/)?(.+)", re.IGNORECASE)
_AMP_PATH = re.compile(r"(/amp(?:/|\.html?)?|\.amp(?=\.html?$|$))$|^/amp(?=/)|(?<=/)amp/(?=\d{4}/)", re.IGNORECASE)
_SAFE_PATH = "/:@!$&'()*+,;=-._~"


def canonical_url(url: str) -> str:
    """Return the identity of a web address: https, bare host, no tracking, AMP, mobile host, port or fragment.

    Idempotent. What is no http(s) address comes back stripped of its surrounding spaces only.
    """
    text = url.strip()
    for _ in range(4):  # an AMP cache may wrap another; each round only shortens
        found = _AMP_CACHE.fullmatch(text) or _AMP_VIEWER.fullmatch(text)
        if not found:
            break
        text = f"http{'s' if found[1] else ''}://{found[2]}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return text
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return text
    host = _host(parts.hostname)
    if port and port not in _DEFAULT_PORTS.values():
        host = f"{host}:{port}"
    return urlunsplit(("https", host, _path(parts.path), _query(parts.query), ""))


def short_hash(*parts: str) -> str:
    """Return 16 hex digits (64 bits of SHA-256) that depend on all parts and their borders."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(str(len(data)).encode() + b":" + data)
    return digest.hexdigest()[:16]


def entry_key(guid: str | None, link: str | None, title: str, content: str) -> str:
    """Return an entry's identity inside its source: the guid, else the link as written, else a hash of its words."""
    if guid and guid.strip():
        return guid.strip()
    if link:
        return link
    return f"hash:{short_hash(title, content)}"


def _host(name: str) -> str:
    host = name.rstrip(".").lower()
    if ":" in host:
        return f"[{host}]"
    with contextlib.suppress(UnicodeError):  # a name that IDNA refuses is compared as written
        host = host.encode("idna").decode("ascii")
    labels = host.split(".")
    while len(labels) > 2 and labels[0] in _MOBILE_LABELS:
        del labels[0]
    # en.m.wikipedia.org: the mobile label may stand second
    if len(labels) > 3 and labels[1] in {"m", "mobile"}:
        del labels[1]
    return ".".join(labels)


def _path(path: str) -> str:
    clean = re.sub(r"/{2,}", "/", quote(unquote(path, errors="surrogateescape"), _SAFE_PATH, errors="surrogateescape"))
    previous = None
    while clean != previous:
        previous = clean
        clean = _AMP_PATH.sub("", clean)
        clean = clean.rstrip("/")
    return clean or "/"


def _query(query: str) -> str:
    pairs = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if not _tracks(name, value)]
    return urlencode(sorted(pairs))


def _tracks(name: str, value: str) -> bool:
    if not _TRACKING.fullmatch(name):
        return False
    telling = _ONLY_WITH.get(name.lower())
    return telling is None or bool(telling.fullmatch(value))
