# SPDX-License-Identifier: MIT
"""Stand-in for http.server: what the tests of asyncio derive their servers from."""

import socketserver


class HTTPServer(socketserver.TCPServer):
    allow_reuse_address = 1
    server_name, server_port = "localhost", 80
