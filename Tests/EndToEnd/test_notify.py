"""Who is told of what has happened: webhooks that fail, dawdle and check signatures, programs, storms and reloads."""
import base64
import hashlib
import hmac
import http.server
import json
import os
import re
import signal
import socket
import ssl
import threading
import time

import certificates
import lab
import test_health
from test_health import A, B

SECRETS = ["whsec_" + base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2)]


class Receiver:
    """Takes messages; `script` says what the next ones are answered with: a status, or (status, headers), or seconds."""

    def __init__(self, case, tls=None, address="127.0.0.1"):
        self.requests, self.times, self.script, self.lock = [], [], [], threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with outer.lock:
                    outer.requests.append((dict((k.lower(), v) for k, v in self.headers.items()), body))
                    outer.times.append(time.monotonic())
                    answer = outer.script.pop(0) if outer.script else 204
                if isinstance(answer, float):
                    time.sleep(answer)
                    answer = 204
                status, headers = answer if isinstance(answer, tuple) else (answer, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((address, 0), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"http{'s' if tls else ''}://{address}:{self.server.server_port}/hook"
        thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        thread.start()
        case.addCleanup(self.server.server_close)
        case.addCleanup(self.server.shutdown)

    def messages(self):
        with self.lock:
            return [json.loads(body) for _, body in self.requests]

    def transitions(self):
        """(target, from, to) of all messages, each message once."""
        seen, found = set(), []
        with self.lock:
            requests = list(self.requests)
        for headers, body in requests:
            if headers["webhook-id"] not in seen:
                seen.add(headers["webhook-id"])
                found += [(e.get("target"), e.get("from"), e.get("to")) for e in json.loads(body)["data"]["events"]]
        return found


def signatures(secret, headers, body):
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


class NotifyCase(test_health.HealthCase):
    def start_with(self, *channels, keys=""):
        self.start_targets()
        self.start_pool(keys, more="notify:\n" + "".join(f"  {c}\n" for c in channels))
        self.settle()

    def secrets(self):
        path = self.write("zones/hook.secret", "\n".join(SECRETS) + "\n")
        os.chmod(path, 0o600)
        return "hook.secret"

    def metric(self, name, **labels):
        text = ",".join(f'{k}="{v}"' for k, v in sorted(labels.items()))
        found = re.search(rf"^{name}{{{text}}} (\d+)$", self.server.get("/metrics")[1], re.M)
        return int(found[1]) if found else None


class Webhooks(NotifyCase):
    def test_a_receiver_that_fails_first_gets_the_same_signed_message_until_it_takes_it(self):
        hook = Receiver(self)
        hook.script = [500, (429, {"Retry-After": "2"})]
        self.start_with(f"ops: {{webhook: {hook.url}, secret_file: {self.secrets()}, on: target}}")
        self.assertEqual(hook.requests, [])  # that both are up at the start is no news
        self.a.stop()
        self.until([B])
        lab.eventually(15, "delivered", lambda: self.metric(
            "triagedns_notifications_total", channel="ops", result="delivered") == 1)
        self.assertEqual(len(hook.requests), 3)
        headers, body = hook.requests[0]
        message = json.loads(body)
        self.assertEqual(message["type"], "triagedns.events")
        event, = message["data"]["events"]
        self.assertEqual((event["target"], event["from"], event["to"]), ("a", "up", "down"))
        self.assertIn("connection refused", message["text"])
        self.assertEqual(event["after"]["members"], [B])
        for h, b in hook.requests:
            self.assertEqual((h["webhook-id"], b), (headers["webhook-id"], body))
            self.assertEqual(h["webhook-signature"].split(), [signatures(s, h, b) for s in SECRETS])
            self.assertLess(abs(int(h["webhook-timestamp"]) - time.time()), 60)
        self.assertGreaterEqual(hook.times[2] - hook.times[1], 2)
        self.assertEqual(self.metric("triagedns_notification_retries_total", channel="ops"), 2)
        words = "notify: ops: delivered at attempt 3"
        lab.eventually(5, "the log says so", lambda: words in self.server.process.output())
        self.assertIn("notify: ops: HTTP status 500; tried again in", self.server.process.output())

    def test_what_is_refused_is_not_tried_again(self):
        hook = Receiver(self)
        hook.script = [404]
        self.start_with(f"ops: {{webhook: {hook.url}, on: target, digest: 100ms}}")
        self.a.stop()
        lab.eventually(8, "given up", lambda: self.metric(
            "triagedns_notifications_total", channel="ops", result="failed") == 1)
        words = (r"notify: ops: given up after 1 attempt: HTTP status 404; "
                 r"not delivered: #\d+ pacs a 127\.0\.0\.71: up -> down")
        lab.eventually(5, "the log says so", lambda: re.search(words, self.server.process.output()))
        self.a.start()
        lab.eventually(8, "the next one comes", lambda: ("a", "down", "up") in hook.transitions())
        self.assertEqual(len(hook.requests), 2)

    def test_a_slow_receiver_holds_up_nobody(self):
        hook, quick = Receiver(self), Receiver(self)
        hook.script = [90.0] * 5
        self.start_with(f"slow: {{webhook: {hook.url}, timeout: 60s}}",
                        f"quick: {{webhook: {quick.url}, digest: 100ms}}")
        self.a.stop()
        self.until([B], seconds=4)
        lab.eventually(4, "asked", lambda: hook.requests)
        self.a.start()
        self.until([A, B], seconds=4)
        lab.eventually(4, "the other channel has both", lambda: quick.transitions()[-1:] == [("a", "down", "up")])
        self.assertEqual(len(hook.requests), 1)
        # It ends without waiting either.
        self.assertEqual(self.server.process.stop(), 0)

    def test_a_certificate_is_verified(self):
        made = certificates.Certificates(self.path("certificates"))
        hook = Receiver(self, tls=(made.path("good.crt"), made.path("good.key")), address="127.0.0.11")
        self.write("zones/example.test.zone", test_health.ZONE)
        self.write("zones/triagedns.yaml", f"notify:\n  trusted: {{webhook: {hook.url}, ca_file: {made.path('ca.crt')}}}\n"
                   f"  other: {{webhook: {hook.url}}}\n")
        done = lab.triagedns("notify", "test", self.path("zones"))
        self.assertEqual(done.returncode, 1, done)
        self.assertRegex(done.stdout, r"trusted: delivered: HTTP status 204 \(\d+ ms\)\nother: not delivered: .*")
        message, = hook.messages()
        self.assertEqual((message["type"], message["data"]["events"]), ("triagedns.test", []))
        done = lab.triagedns("notify", "test", self.path("zones"), "trusted")
        self.assertEqual((done.returncode, len(hook.messages())), (0, 2), done)
        done = lab.triagedns("notify", "test", self.path("zones"), "x")
        self.assertEqual((done.returncode, done.stderr), (1, "error: there is no channel x; there are trusted, other\n"))

    def test_a_reload_loses_nothing(self):
        hook = Receiver(self)
        dead = f"http://127.0.0.1:{lab.free_port()}/"
        self.start_with(f"ops: {{webhook: \"{dead}\", on: target}}")
        self.a.stop()
        self.until([B])
        lab.eventually(8, "it is tried", lambda: "notify: ops: connection refused; tried" in self.server.process.output())
        path = self.path("zones/triagedns.yaml")
        with open(path) as f:
            text = f.read()
        self.write("zones/triagedns.yaml", text.replace(dead, hook.url))
        self.assertEqual(self.cli("reload").returncode, 0)
        lab.eventually(5, "it has come", lambda: hook.transitions() == [("a", "up", "down")])
        # And a channel that is new is told of what is new.
        more = Receiver(self)
        self.write("zones/triagedns.yaml", text.replace(dead, hook.url) + f"  more: {{webhook: {more.url}}}\n")
        self.assertEqual(self.cli("reload").returncode, 0)
        self.a.start()
        lab.eventually(8, "both have the next", lambda: more.transitions() == [("a", "down", "up")]
                       and hook.transitions()[1:] == [("a", "down", "up")])


class Programs(NotifyCase):
    def test_a_program_gets_the_message(self):
        hook = self.write("page", "#!/bin/sh\ncat >> $1/messages; echo >> $1/messages; env > $1/env\n"
                          "test -e $1/ready || { touch $1/ready; echo not yet; exit 75; }\n")
        os.chmod(hook, 0o755)
        self.start_with(f"pager: {{exec: [{hook}, {self.directory}], on: target}}")
        self.a.stop()
        self.until([B])
        lab.eventually(8, "delivered", lambda: self.metric(
            "triagedns_notifications_total", channel="pager", result="delivered") == 1)
        with open(self.path("messages")) as f:
            first, second = [json.loads(line) for line in f]
        self.assertEqual(first, second)
        with open(self.path("env")) as f:
            environment = dict(line.rstrip("\n").split("=", 1) for line in f if "=" in line)
        self.assertEqual([environment[f"TRIAGEDNS_{k}"] for k in ("POOL", "TARGET", "FROM", "TO", "COUNT")],
                         ["pacs", "a", "up", "down", "1"])
        self.assertIn("notify: pager: exit code 75: not yet; tried again", self.server.process.output())


class Storms(lab.LabCase):
    COUNT = 40

    def test_forty_targets_die_at_once(self):
        hook = Receiver(self)
        port = lab.free_port()
        targets = [f"127.0.1.{n}" for n in range(1, self.COUNT + 1)]
        # All in one process, so that they go at once; another host stays, so that the node is not cut off.
        stand_in = self.start("python3", "-c", f"""
import socket, signal
all = [socket.create_server((a, {port}), backlog=64) for a in {targets!r}]
signal.pause()
""")
        # A server that starts before it would find all of them down first, and tell of that too.
        lab.eventually(10, "all listen", lambda: socket.create_connection((targets[-1], port), 1).close() is None)
        alive = self.listener("127.0.2.1", port)
        self.write("zones/example.test.zone", test_health.ZONE + "".join(
            f"p{n} IN POOL p{n}\n" for n in range(self.COUNT // 2)))
        pools = "".join(f"  p{n}: {{checks: [tcp], targets: {{a: {targets[2 * n]}, b: {targets[2 * n + 1]}}}}}\n"
                        for n in range(self.COUNT // 2))
        self.write("zones/triagedns.yaml", f"checks: {{tcp: {{type: tcp, port: {port}, interval: 1s, recheck: 200ms}}}}\n"
                   f"pools:\n{pools}prober: {{references: [\"127.0.2.1:{alive.port}\"]}}\n"
                   f"notify: {{ops: {{webhook: {hook.url}}}}}\n")
        server = self.serve(self.path("zones"))

        def settled():
            pools = json.loads(server.get("/v1/pools")[1])["pools"]
            return all(a["checks"][0]["consecutive_passes"] >= 3 for p in pools for t in p["targets"] for a in t["addresses"])
        lab.eventually(15, "all are up", settled)
        stand_in.kill()
        lab.eventually(20, "all are told of", lambda: len([t for t in hook.transitions() if t[2] == "down"]) == self.COUNT)
        self.assertEqual(len(hook.transitions()), self.COUNT)
        self.assertLessEqual(len(hook.requests), 4)
        # The first goes at once, with what has happened by then.
        self.assertLess(len(hook.messages()[0]["data"]["events"]), self.COUNT // 2)
        numbers = [e["sequence"] for m in hook.messages() for e in m["data"]["events"]]
        self.assertEqual(numbers, sorted(numbers))
