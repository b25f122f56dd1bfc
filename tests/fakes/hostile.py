"""Texts that an article may hold to make an alert do what it should not."""

from __future__ import annotations

HOSTILE = {
    "a channel mention": "<!channel> <!here> <!everyone> look",
    "a user mention": "<@U012AB3CD> and <!subteam^S012> and <#C012>",
    "a disguised link": "<https://evil.example|bbc.co.uk> says so",
    "a date command": "<!date^1736000000^{date}|x>",
    "line breaks in a title": "Storm\r\nBcc: victim@example.org\r\n\r\n<h1>Body</h1>",
    "a lone line feed": "Storm\nSubject: other",
    "unicode line breaks": "Storm\u2028Bcc: victim@example.org\u2029\x85\x0b\x0c end",
    "a right-to-left override": "account\u202egpj.exe\u202c and \u2066isolated\u2069 \u061cmark",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)> \"quoted\" 'too' & more",
    "an attribute breakout": '" onmouseover="alert(1)" x="',
    "template code": "{{ 7 * 7 }} {% for x in y %} {# comment #}",
    "JSON breakout": '"}]},{"type":"section","text":{"type":"mrkdwn","text":"<!channel>"}}',
    "markdown": "*bold* _it_ ~gone~ `code` ```block``` [text](https://evil.example) :tada: > quote",
    "ten thousand characters": "word " * 2000,
    "one long word": "x" * 10_000,
    "emoji": "Fire 🔥👨‍👩‍👧‍👦🏴‍☠️ in 東京 and کابل",
    "controls": "bell\x07 null\x00 escape\x1b[31mred\x1b[0m delete\x7f",
    "a header in words": "=?utf-8?q?=0D=0ABcc:_victim@example.org?=",
    "a lone surrogate": "broken \ud800 text",
    "nothing": "",
    "spaces": " \t\u00a0\u3000 ",
    "entities": "&lt;!channel&gt; &#60;b&#62; &amp;amp;",
}

HOSTILE_URLS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https://bbc.co.uk",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "vbscript:x",
    "https://bbc.co.uk@evil.example/",
    "https://user:secret@bbc.co.uk/",
    "https:///nohost",
    "//bbc.co.uk/x",
    "https://bbc.co.uk\\@evil.example/",
    "java\nscript:alert(1)",
    "https://[::1",
    "https://exa mple.org/",
    "mailto:victim@example.org",
    "",
]

ODD_URLS = {
    'https://example.org/a"onclick="x': "https://example.org/a%22onclick=%22x",
    "https://example.org/a|b>c<d": "https://example.org/a%7Cb%3Ec%3Cd",
    "https://example.org/a\r\nb": "https://example.org/ab",
    "https://example.org/日本?q=é#x": "https://example.org/%E6%97%A5%E6%9C%AC?q=%C3%A9#x",
    "HTTPS://EXAMPLE.org:8443/%20x": "https://example.org:8443/%20x",
    "https://bücher.example/": "https://xn--bcher-kva.example/",
    "https://example.org/\u202efdp.exe": "https://example.org/fdp.exe",
}
