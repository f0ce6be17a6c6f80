"""A web server with HTTPS for tests: answers as it is told, with a certificate of its own authority."""

from __future__ import annotations

import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class WebServer:
    """Texts by path; anything else is not found. A text that begins with https:// is a redirect."""

    authority: Path
    texts: dict[str, str] = field(default_factory=dict)
    url: str = ""


@contextmanager
def serving(folder: Path) -> Iterator[WebServer]:
    """Answer on a free port of this machine; the authority of its certificate is in `folder`."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    web = WebServer(folder / "web-authority.pem")
    authority.cert_pem.write_to_path(str(web.authority))

    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            text = web.texts.get(self.path)
            body = (text or "").encode()
            moved = body.startswith(b"https://")
            self.send_response(404 if text is None else 302 if moved else 200)
            if moved:
                self.send_header("location", text or "")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        server.handle_error = lambda *_: None  # type: ignore[method-assign] # who hangs up is no error here
        web.url = f"https://localhost:{server.server_address[1]}"
        answering = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        answering.start()
        try:
            yield web
        finally:
            server.shutdown()
            answering.join(10)
