"""What does a browser see at the address of the API? GraphiQL; all its files are served from here, under a strict policy."""

from functools import cache
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse

from claimkb.graphql.transport.files import REVISABLE, File

PATH = "/graphiql/{name:path}"
STATIC = Path(__file__).parent / "static"
SCRIPTS = (
    "react-18.3.1.min.js",
    "react-dom-18.3.1.min.js",
    "graphiql-3.8.3.min.js",
    "plugin-explorer-3.2.5.min.js",
    "start.js",
)
STYLES = ("graphiql-3.8.3.min.css", "plugin-explorer-3.2.5.min.css", "start.css")

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",  # the API itself, by HTTP and by WebSocket
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", "Vary": "Accept"}
TYPES = {".js": "text/javascript", ".css": "text/css"}
"""Listed here, because the system's table may name another type for .js; every other file is sent as plain text."""

TEMPLATE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>claimkb</title>
<link rel="icon" href="data:,">
{styles}
</head>
<body>
<noscript>This page needs JavaScript; the API at this address does not. <a href="/schema.graphql">Its schema</a></noscript>
<p id="unknown" role="status" hidden>Nobody is signed in here: <a href="/sign-in">sign in</a>, or send a token in the tab Headers,
<code>{{"Authorization": "Bearer ckb_…"}}</code>.</p>
<div id="graphiql"></div>
{examples}
{scripts}
</body>
</html>
"""


def examples() -> list[str]:
    """Read the example queries, in the order of their tabs."""
    return [path.read_text(encoding="utf-8") for path in sorted((STATIC / "examples").glob("*.graphql"))]


def _file(path: Path) -> File:
    """Make a file of the page, with its media type. A browser may keep it for a year if its name has a version."""
    keep = "public, max-age=31536000, immutable" if ".min." in path.name else REVISABLE
    return File(path.read_bytes, TYPES.get(path.suffix, "text/plain"), keep)


@cache
def _files() -> dict[str, File]:
    """List the files by name. Only these are served."""
    return {path.relative_to(STATIC).as_posix(): _file(path) for path in STATIC.rglob("*") if path.is_file()}


def find(request: Request) -> File | None:
    """Find the file that a request names."""
    return _files().get(request.path_params["name"])


@cache
def _html() -> str:
    """Write the page. It holds no script: the examples are text, and start.js makes tabs of them."""
    return TEMPLATE.format(
        styles="\n".join(f'<link rel="stylesheet" href="/graphiql/{name}">' for name in STYLES),
        examples="\n".join(f'<pre class="example" hidden>\n{escape(example)}</pre>' for example in examples()),
        scripts="\n".join(f'<script src="/graphiql/{name}"></script>' for name in SCRIPTS),
    )


def page() -> HTMLResponse:
    """Answer with the page."""
    return HTMLResponse(_html(), headers=HEADERS)
