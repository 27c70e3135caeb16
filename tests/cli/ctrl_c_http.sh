# SPDX-License-Identifier: MIT
# Ctrl-C ends a wait for a server that says nothing, for one that stops half-way, and a server.
# shellcheck source=tests/cli/_interrupt.sh
. ./_interrupt.sh
client='import http.client, socket, threading, urllib.request
listener = socket.create_server(("127.0.0.1", 0))
def serve():
    conn, _ = listener.accept()
    conn.recv(65536)
    conn.sendall(%s)
    print("ready", flush=True)
    threading.Event().wait(60)
threading.Thread(target=serve, daemon=True).start()
connection = http.client.HTTPConnection(*listener.getsockname())
%s'
for answer in 'b""' 'b"HTTP/1.1 200 OK\r\nA: b\r\n"' \
    'b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"' \
    'b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf"'; do
    # shellcheck disable=SC2059
    interrupt "$(printf "$client" "${answer//\\/\\\\}" '
connection.request("GET", "/")
connection.getresponse().read()')"
done
interrupt 'import http.server
class Server(http.server.HTTPServer):
    def service_actions(self):
        print("ready", flush=True)
        self.service_actions = lambda: None
with Server(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server:
    server.serve_forever(0.01)'
interrupt 'import http.server, sys
sys.argv = ["server", "0", "--bind", "127.0.0.1"]
class Server(http.server.ThreadingHTTPServer):
    def service_actions(self):
        print("ready", flush=True)
        self.service_actions = lambda: None
http.server.test(http.server.SimpleHTTPRequestHandler, Server, port=0, bind="127.0.0.1")' |
    sed 's/[0-9]\{4,\}/PORT/g'
