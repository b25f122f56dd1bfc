"""Pictures of a real rendered alert for the README: `make screenshots` (needs Chromium on PATH).

    python -m tools.screenshots [FOLDER] [--all]

`--all` adds every form for a look: light and dark, wide and phone width, single alert, update and digest.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from monitor.alerts.preview import slack_page
from monitor.alerts.reasons import Gather
from monitor.alerts.render import Renderer
from monitor.alerts.sample import sample_job, sample_update

NOW = datetime(2026, 3, 12, 13, tzinfo=UTC)
PHONE, MAIL, WIDE = 390, 680, 760


def pages(renderer: Renderer) -> dict[str, str]:
    """Return the pages to take pictures of."""
    opened = renderer.message([sample_job("desk", NOW, sample=False)])
    first = {"ts": "1", "claims": [f"sample-{number}" for number in range(3)]}
    update = renderer.message([sample_update("desk", NOW, first)])
    digest = renderer.message([sample_job("desk", NOW, sample=False)] * 3, Gather.DIGEST)
    return {
        "slack": slack_page(renderer, [update], [update]),
        "slack-opened": slack_page(renderer, [opened]),
        "slack-digest": slack_page(renderer, [digest]),
        "email": renderer.html(opened),
        "email-update": renderer.html(update),
        "email-digest": renderer.html(digest),
        "email-sample": renderer.html(renderer.message([sample_job("desk", NOW)])),
    }


def shots(every: bool) -> Iterator[tuple[str, str, int, bool]]:
    """Yield the file's name, the page, the width and whether it is dark."""
    yield "alert-slack.png", "slack", WIDE, False
    yield "alert-email.png", "email", MAIL, False
    yield "alert-email-dark.png", "email-update", MAIL, True
    if every:
        for page in ("slack", "slack-opened", "slack-digest", "email", "email-update", "email-digest", "email-sample"):
            for width in (PHONE, WIDE):
                for dark in (False, True):
                    yield f"{page}-{width}-{'dark' if dark else 'light'}.png", page, width, dark


def shoot(chromium: str, page: str, width: int, dark: bool, output: Path) -> None:
    """Take one picture as high as the page is at this width."""
    with tempfile.TemporaryDirectory() as folder:
        framed = Path(folder) / "page.html"
        # A frame gives the page any width; a browser's own window has a least one.
        framed.write_text(
            "<!DOCTYPE html><meta charset=utf-8><style>html{color-scheme:light dark}body{margin:0}</style>"
            f'<iframe id=f style="border:0;width:{width}px;height:100px" srcdoc="{html.escape(page)}"></iframe>'
            "<script>f.onload=()=>{let h=f.contentDocument.documentElement.scrollHeight;"
            "f.style.height=h+'px';document.title=h}</script>",
            encoding="utf-8",
        )
        base = [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--virtual-time-budget=3000",
        ]
        base += ["--force-device-scale-factor=2", f"--blink-settings=preferredColorScheme={0 if dark else 1}"]
        base += [f"--user-data-dir={folder}/profile"]
        dom = subprocess.run([*base, "--dump-dom", framed.as_uri()], capture_output=True, text=True, check=True).stdout
        height = re.search(r"<title>(\d+)</title>", dom)
        size = f"--window-size={width},{height[1] if height else 1200}"
        subprocess.run([*base, size, f"--screenshot={output}", framed.as_uri()], capture_output=True, check=True)


def main() -> None:
    """Take the pictures."""
    chromium = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    if chromium is None:
        sys.exit("no Chromium on PATH; on Debian: apt-get install chromium")
    arguments = [one for one in sys.argv[1:] if not one.startswith("-")]
    folder = Path(arguments[0] if arguments else "docs/images").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    made = pages(Renderer({"desk": "Europe/London"}, "https://desk.example.org"))
    for name, page, width, dark in shots("--all" in sys.argv):
        shoot(chromium, made[page], width, dark, folder / name)
        print(folder / name)


if __name__ == "__main__":
    main()
