"""Sites with pages: real servers on this machine; and pages, PDFs and resolvers to put into them."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from ipaddress import ip_address
from threading import Event, Thread
from typing import Any

from pypdf import PdfReader, PdfWriter

from claimkb.public_http.lookup import Address, look_up

SENTENCES = (
    "Mayor Ines Duarte opened the fish market on Friday, in front of several hundred people. ",
    "The new ferry will sail from 1 March 2027, she said, and tickets will be on sale in ten days. ",
    "One day the old pier may close, the harbour master told this newspaper before the ceremony. ",
)
BODY = "".join(f"<p>{sentence * 2}</p>" for sentence in SENTENCES)
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """A site: what it answers to each path, and which paths were asked for."""

    url: str = ""
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    stopped: Event = field(default_factory=Event)

    def put(self, path: str, content: bytes | str, media_type: str | None = "text/html", status: int = 200, **headers: str) -> str:
        """Put a page there, and return its address."""
        body = content.encode() if isinstance(content, str) else content

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            if media_type is not None:
                request.send_header("content-type", media_type)
            for name, value in headers.items():
                request.send_header(name.replace("_", "-"), value)
            if "content_length" not in headers:
                request.send_header("content-length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)

        self.pages[path] = answer
        return self.url + path

    def lead(self, path: str, location: str) -> str:
        """Let a path redirect."""
        return self.put(path, b"", status=302, location=location)


@contextmanager
def a_site() -> Iterator[Site]:
    """Run a site."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            try:
                site.pages[self.path](self)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    yield site
    site.stopped.set()
    server.shutdown()
    server.server_close()
    thread.join()


def article(head: str = "", body: str = BODY, language: str = "en") -> str:
    """Write a page with an article."""
    told = f"<title>Mayor opens the fish market</title>{head}"
    return f'<!doctype html><html lang="{language}"><head>{told}</head><body><nav>Home News</nav><article>{body}</article></body></html>'


def pdf(*pages: str, password: str | None = None, **about: str) -> bytes:
    """Make a PDF with a text a page; an empty text is a page without one."""
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for index, text in enumerate(pages):
        font = "/Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] {font} /Contents {5 + 2 * index} 0 R >>")
        drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" if text else ""
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    content, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{each}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF\n"
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    writer.metadata = {f"/{name}": value for name, value in about.items()} or None
    if password is not None:
        writer.encrypt(password, algorithm="AES-256")
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def naming(**hosts: list[str]) -> tuple[Callable[..., list[Address]], list[str]]:
    """Look up names as claimkb does, in a table of what each leads to, the next address each time; and note which.

    The loopback address of the test's own site counts as public, and no other.
    """
    asked: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        leads_to = hosts.get(host.partition(".")[0], [host])
        address = leads_to.pop(0) if len(leads_to) > 1 else leads_to[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def looked_up(host: str, port: int) -> list[Address]:
        return look_up(host, port, resolve, lambda address: address == ip_address("127.0.0.1"))

    return looked_up, asked
