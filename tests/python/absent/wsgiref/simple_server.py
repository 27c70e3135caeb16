# SPDX-License-Identifier: MIT
"""Stand-in for wsgiref.simple_server: enough of WSGI to answer what asyncio's tests ask."""

import io
import socketserver
from http.server import HTTPServer


class WSGIRequestHandler(socketserver.StreamRequestHandler):
    def get_stderr(self):
        return io.StringIO()

    def log_message(self, format, *args):
        pass

    def handle(self):
        method, path, _ = self.rfile.readline().decode().split()
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": self.rfile,
                   "CONTENT_LENGTH": "0"}
        while (line := self.rfile.readline().decode().strip()):
            name, _, value = line.partition(":")
            environ[name.upper().replace("-", "_")] = value.strip()

        def start_response(status, headers):
            lines = [f"HTTP/1.0 {status}", *(f"{name}: {value}" for name, value in headers)]
            self.wfile.write("\r\n".join([*lines, "", ""]).encode())

        for data in self.server.application(environ, start_response):
            self.wfile.write(data)


class WSGIServer(HTTPServer):
    application = None

    def server_bind(self):
        super().server_bind()
        self.setup_environ()

    def setup_environ(self):
        pass

    def set_app(self, application):
        self.application = application
