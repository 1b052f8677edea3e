"""The built site: its links as they are in the files, and its pages in Debian's Chromium."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from lxml import html
from playwright.sync_api import Browser, Page

PHONE, DESK = 360, 1440
ROOT = "http://site.invalid/"
# The widths of the contents and of the room of the window and of the part that holds the text, which scrolls by itself.
SIZES = """() => Object.fromEntries(["html", ".content"].flatMap(part =>
    [...document.querySelectorAll(part)].map(node => [part, [node.scrollWidth, node.clientWidth]])
))"""
# What mdBook leaves open: a link of its menu that its script fills in.
NO_TARGET = ("", "#")


@dataclass
class Document:
    """A page: its anchors, and the targets of its links, scripts, styles and pictures."""

    anchors: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    pictures_without_words: int = 0


def read(site: Path) -> dict[str, Document]:
    """Reads all pages, by their paths in the site."""
    documents = {}
    for file in sorted(site.rglob("*.html")):
        tree = html.fromstring(file.read_bytes())
        document = Document()
        document.anchors = set(tree.xpath("//@id")) | set(tree.xpath("//a/@name"))
        document.targets = set(tree.xpath("//@href | //@src"))
        document.pictures_without_words = len(tree.xpath("//img[not(normalize-space(@alt))]"))
        documents[file.relative_to(site).as_posix()] = document
    return documents


def served(site: Path, path: str) -> str | None:
    """Returns the file that a server of files sends for a path: of a folder, its index. `None` if there is none."""
    file = site / path
    if file.is_dir():
        file /= "index.html"
    return file.relative_to(site).as_posix() if file.is_file() else None


def dead_links(site: Path) -> list[str]:
    """Lists the links of all pages that lead to no file or anchor of the site, and pictures without words."""
    documents = read(site)
    dead = []
    for page, document in documents.items():
        dead += [f"{page}: a picture without words"] * document.pictures_without_words
        for target in sorted(document.targets):
            address = urlsplit(urljoin(ROOT + page, target))
            if target in NO_TARGET or address.netloc != urlsplit(ROOT).netloc or address.scheme != "http":
                continue
            file = served(site, unquote(address.path.lstrip("/")))
            if file is None:
                dead.append(f"{page}: no file {target}")
            elif address.fragment and file in documents and unquote(address.fragment) not in documents[file].anchors:
                dead.append(f"{page}: no anchor {target}")
    return dead


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, *_: object) -> None:
        """Writes nothing."""


@contextmanager
def server(site: Path) -> Iterator[str]:
    """Serves a folder on the loopback interface; gives its address, which ends with a slash."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}/"
        listening.shutdown()


@contextmanager
def reader(browser: Browser, address: str) -> Iterator[tuple[Page, list[str]]]:
    """Opens a window; gives it with a list of what goes wrong in it: other servers, errors, missing files."""
    context = browser.new_context(viewport={"width": DESK, "height": 900}, color_scheme="light")
    page = context.new_page()
    wrong: list[str] = []
    context.on("request", lambda one: one.url.startswith((address, "data:")) or wrong.append(f"requests {one.url}"))
    context.on("response", lambda one: one.status < 400 or wrong.append(f"{one.status} {one.url}"))
    page.on("console", lambda one: one.type in ("error", "warning") and wrong.append(one.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page, wrong
    context.close()


def addresses(site: Path) -> list[str]:
    """Returns the addresses of all pages as findings link to them: without `/index.html`.

    The table of contents for browsers without scripts is left out: it is a frame of the other pages.
    """
    return [page.removesuffix("/index.html") for page in read(site) if page != "toc.html"]


def faults_of_pages(browser: Browser, site: Path, paths: list[str], width: int) -> list[str]:
    """Opens pages in a window of this width; lists what scrolls sideways and what goes wrong."""
    faults = []
    with server(site) as address, reader(browser, address) as (page, wrong):
        page.set_viewport_size({"width": width, "height": 800})
        for path in paths:
            page.goto(address + path, wait_until="load")
            for part, (wide, room) in page.evaluate(SIZES).items():
                if wide > room:
                    faults.append(f"{path} scrolls sideways at {width}: {part} is {wide} in {room}")
            faults += [f"{path}: {one}" for one in wrong]
            wrong.clear()
    return faults
