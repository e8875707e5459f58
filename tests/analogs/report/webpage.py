"""What an HTML page holds, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "img", "br", "hr", "input", "link"}
OUTSIDE = {"link", "script", "iframe", "object", "embed"}


class Webpage(HTMLParser):
    """All elements with their attributes, and the tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.unbalanced: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.unbalanced += self._open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self._open or self._open.pop() != tag:
            self.unbalanced.append(tag)

    def values(self, *attributes: str) -> list[str]:
        """Return the values of these attributes wherever they stand."""
        return [e[a] for _, e in self.elements for a in attributes if e.get(a) is not None]


def faults(text: str, folder: Path) -> list[str]:
    """Return what is wrong with a page that must stand alone in its folder."""
    page = Webpage(text)
    ids = Counter(page.values("id"))
    found = [f"tag {tag}" for tag in page.unbalanced]
    found += [f"repeated id {name}" for name, count in ids.items() if count > 1]
    found += [f"element {tag}" for tag, _ in page.elements if tag in OUTSIDE]
    found += ["http"] if "http" in text else []
    found += ["url()"] if "url(" in text.replace("url(#", "") else []
    for target in page.values("href", "xlink:href", "src", "aria-labelledby"):
        if target.startswith("data:image/png;base64,") or target in ids:
            continue
        known = target[1:] in ids if target.startswith("#") else (folder / target).is_file()
        found += [] if known else [f"dangling {target}"]
    for tag, attributes in page.elements:
        if tag in {"svg", "img"} and not (attributes.get("aria-label") or attributes.get("alt")):
            found.append(f"{tag} without words")
    return found
