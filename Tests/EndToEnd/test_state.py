"""What survives kill -9 and restarts, and what happens when the state directory cannot be used."""
import contextlib
import ctypes
import http.client
import json
import os
import shutil
import sqlite3
import time

import lab

ZONE = """\
$TTL 300
@    IN SOA ns1 hostmaster 1 7200 900 1209600 30
@    IN NS  ns1
ns1  IN A   192.0.2.53
pacs 300 IN POOL pacs
"""
A, B, C, D = "127.0.0.71", "127.0.0.72", "127.0.0.73", "127.0.0.74"
PORT = 8072
# After a failure the next probe comes soon, and then it takes five passes an hour apart, more than a test has starts of a
# server, each of which probes once: whoever is down stays down.
YAML = f"""\
checks:
  web: {{type: tcp, port: {PORT}, interval: INTERVAL, recheck: 200ms, fall: 2, rise: 5}}
pools:
  pacs:
    checks: [web]
    targets: {{a: {A}, b: {B}, c: {C}, d: {D}}}
"""


class StateCase(lab.LabCase):
    """Four targets, and a server that may be killed and started again."""

    def start_server(self, interval="300ms", state="state", wait=True, yaml="", recheck="200ms"):
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml",
                   YAML.replace("INTERVAL", interval).replace("recheck: 200ms", f"recheck: {recheck}") + yaml)
        flags = ["--state", self.path(state)] if state else []
        self.server = self.serve(self.path("zones"), flags=flags, wait=wait)
        return self.server

    def start_targets(self, *addresses):
        self.targets = {address: self.listener(address, PORT) for address in addresses}

    def post(self, target, verb, **body):
        status, answer = self.server.post(f"/v1/pools/pacs/targets/{target}/{verb}", body)
        self.assertEqual(status, 200, answer)
        return json.loads(answer)

    def answers(self):
        return sorted(self.server.short("pacs.example.test"))

    def first_answer(self):
        """The first answer to anything that is asked from the moment of the start on."""
        while self.server.process.running:
            done = lab.run("dig", "@127.0.0.1", "-p", self.server.port, "+tries=1", "+time=1", "+short",
                           "pacs.example.test")
            if done.returncode == 0:
                return sorted(done.stdout.split())
        raise AssertionError(self.server.process.output())

    def states(self):
        return {target["name"]: target["state"] for target in self.server.pool("pacs")["targets"]}

    def overrides(self):
        return {target["name"]: target.get("override") for target in self.server.pool("pacs")["targets"]}

    def events(self, after=0, limit=1000):
        status, body = self.server.get(f"/v1/events?after={after}&limit={limit}")
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def metric(self, name):
        lines = self.server.get("/metrics")[1].splitlines()
        return next((float(line.split()[-1]) for line in lines if line.split()[0] == name), None)

    def settle(self, up):
        lab.eventually(8, f"{up} are up for good", lambda: all(
            check["consecutive_passes"] > 4 if target["name"] in up else check["consecutive_failures"] > 2
            for target in self.server.pool("pacs")["targets"]
            for check in target["addresses"][0]["checks"]))


class Restart(StateCase):
    def test_killed_while_drained_forced_and_down(self):
        self.start_targets(A, B, C)
        self.start_server()
        self.settle("abc")
        self.post("a", "drain", reason="upgrade", by="anna")
        self.post("d", "force", state="up", force=True)
        self.targets[B].close()
        lab.eventually(8, "b is down", lambda: self.states()["b"] == "down")
        self.assertEqual(self.answers(), [C, D])
        self.post("c", "weight", weight=7)
        # In the very moment in which the order was confirmed.
        self.server.process.kill()
        # All pass now; what is known from before says otherwise, and probes have no say yet.
        self.listener(B, PORT), self.listener(D, PORT)
        last = self.read_events()
        for _ in range(3):
            self.start_server(interval="1h", wait=False)
            self.assertEqual(self.first_answer(), [C, D])
            self.server.wait_ready()
            self.assertEqual(self.states(), {"a": "up", "b": "down", "c": "up", "d": "down"})
            self.assertEqual(self.overrides(), {"a": "drained", "b": None, "c": None, "d": "forced_up"})
            target = self.server.pool("pacs")["targets"][0]
            self.assertEqual(target["orders"]["state"]["note"]["by"], "anna")
            self.assertEqual(self.server.pool("pacs")["targets"][2]["orders"]["weight"]["weight"], 7)
            self.server.process.kill()
        self.start_server(wait=False)
        self.assertEqual(self.first_answer(), [C, D])
        lab.eventually(8, "b is back", lambda: self.answers() == [B, C, D])
        self.assertEqual([event["sequence"] for event in self.events()["events"]][:len(last)], last)

    def read_events(self):
        with contextlib.closing(sqlite3.connect(self.path("state/triagedns.sqlite"))) as database:
            return [row[0] for row in database.execute("SELECT sequence FROM events ORDER BY sequence")]

    def test_an_end_that_was_asked_for(self):
        self.start_targets(A, B)
        self.start_server()
        self.settle("ab")
        self.assertEqual(self.server.process.stop(), 0)
        self.assertEqual(sorted(os.listdir(self.path("state"))), ["triagedns.lock", "triagedns.sqlite"])
        self.targets[A].close()
        self.start_server(interval="1h", recheck="1h", wait=False)
        # Two failures are needed, and the first probe is one.
        self.assertEqual(self.first_answer(), [A, B])
        self.assertIn("states of 4 addresses", self.server.process.output())

    def test_what_is_too_old_is_not_used(self):
        self.start_targets(A, B)
        self.start_server()
        self.settle("ab")
        self.post("a", "drain")
        self.server.process.stop()
        with contextlib.closing(sqlite3.connect(self.path("state/triagedns.sqlite"))) as database, database:
            database.execute("UPDATE node SET value = value - 301000 WHERE key = 'saved'")
        self.listener(C, PORT)
        self.start_server(interval="1h", wait=False)
        # Probes were first, and orders hold however old they are.
        self.assertEqual(self.first_answer(), [B, C])
        self.assertIn("what was known of health is not used: it is 30", self.server.process.output())

    def test_a_changed_check_begins_anew(self):
        self.start_targets(A, B)
        self.start_server()
        self.settle("ab")
        self.server.process.kill()
        for address in (C, D):
            self.listener(address, PORT + 1)
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", YAML.replace("INTERVAL", "1h").replace(str(PORT), str(PORT + 1)))
        self.server = self.serve(self.path("zones"), flags=["--state", self.path("state")], wait=False)
        self.assertEqual(self.first_answer(), [C, D])

    def test_a_clock_that_was_ahead(self):
        self.start_targets(A, B)
        self.start_server()
        self.settle("ab")
        self.server.process.stop()
        with contextlib.closing(sqlite3.connect(self.path("state/triagedns.sqlite"))) as database, database:
            database.execute("UPDATE node SET value = value + 200000 WHERE key = 'saved'")
        self.start_server(interval="1h", wait=False)
        self.assertEqual(self.first_answer(), [A, B])
        self.assertIn("states of 4 addresses, 0 s old", self.server.process.output())
        self.server.process.kill()
        with contextlib.closing(sqlite3.connect(self.path("state/triagedns.sqlite"))) as database, database:
            database.execute("UPDATE node SET value = value + 999000 WHERE key = 'saved'")
        self.start_server(interval="1h", wait=False)
        self.first_answer()
        self.assertIn("in the future", self.server.process.output())


class Events(StateCase):
    def test_numbers_and_pages_go_over_restarts(self):
        self.start_targets(A, B)
        self.start_server()
        self.settle("ab")
        first = self.events()["events"]
        self.assertEqual([event["sequence"] for event in first], list(range(1, len(first) + 1)))
        self.server.process.kill()
        self.start_server()
        self.post("a", "drain")
        page = self.events()
        self.assertEqual(page["events"][:len(first)], first)
        self.assertEqual(page["events"][-1]["to"], "drained")
        self.assertEqual(page["events"][-1]["sequence"], len(first) + 1)
        self.assertEqual((page["oldest"], page["newest"]), (1, len(first) + 1))
        (numbers, after) = ([], 0)
        while after < page["newest"]:
            part = self.events(after, limit=2)
            numbers += [event["sequence"] for event in part["events"]]
            after = part["next"]
        self.assertEqual(numbers, list(range(1, len(first) + 2)))
        printed = lab.triagedns("events", "--admin", "http://%s:%d" % self.server.admin)
        self.assertEqual(len(printed.stdout.splitlines()), len(first) + 1, printed.stdout + printed.stderr)

    def test_a_stream_goes_on_where_another_server_ended(self):
        self.start_targets(A, B)
        self.start_server()
        self.settle("ab")
        count = len(self.events()["events"])
        self.server.process.stop()
        self.start_server()
        connection = http.client.HTTPConnection(*self.server.admin, timeout=5)
        with contextlib.closing(connection):
            connection.request("GET", "/v1/events", headers={"Accept": "text/event-stream", "Last-Event-ID": "1"})
            response = connection.getresponse()
            ids = []
            while len(ids) < count - 1:
                line = response.readline().decode()
                if line.startswith("id: "):
                    ids.append(int(line[4:]))
        self.assertEqual(ids, list(range(2, count + 1)))


class Past(StateCase):
    def test_what_was_answered_before_a_restart(self):
        self.start_targets(A, B)
        self.start_server()
        self.settle("ab")
        self.post("a", "drain", reason="upgrade", by="anna")
        self.assertEqual(self.answers(), [B])
        time.sleep(0.05)
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{int(time.time() * 1000) % 1000:03}Z"
        time.sleep(1.2)
        self.post("a", "undrain")
        self.assertEqual(self.answers(), [A, B])
        self.server.process.kill()
        self.start_server()
        status, body = self.server.get(f"/v1/explain?name=pacs.example.test&type=A&at={moment}")
        self.assertEqual(status, 200, body)
        self.assertEqual([record.split()[-1] for record in json.loads(body)["answer"]["records"]], [B])
        self.assertIn("drained: upgrade (anna)", body)


class Trouble(StateCase):
    def assert_serves(self):
        self.assertEqual(self.answers(), [A, B])
        self.assertEqual(self.server.get("/readyz")[0], 200)

    def assert_trouble(self, *words):
        """It is said in the log, in the status and in the metrics, and orders are followed."""
        for word in words:
            self.assertIn(word, self.server.process.output())
        self.assertEqual(self.metric("triagedns_state_store_up"), 0)
        status = lab.triagedns("status", "--admin", "http://%s:%d" % self.server.admin)
        self.assertIn("nothing survives a restart: ", status.stdout)
        self.assert_serves()
        answer = self.post("a", "weight", weight=3)
        self.assertTrue(answer["not_saved"], answer)
        self.post("a", "clear")

    def test_a_damaged_file(self):
        self.start_targets(A, B)
        self.start_server()
        self.server.process.stop()
        file = self.path("state/triagedns.sqlite")
        with open(file, "r+b") as f:
            f.write(b"This is no database. " * 100)
        self.start_server()
        self.assert_serves()
        self.assertIn("is damaged; it was put aside as", self.server.process.output())
        aside = [name for name in os.listdir(self.path("state")) if name.startswith("triagedns.sqlite.corrupt-")]
        self.assertEqual(len(aside), 1)
        with open(self.path("state/" + aside[0]), "rb") as f:
            self.assertTrue(f.read().startswith(b"This is no database. "))
        self.assertEqual(self.metric("triagedns_state_store_up"), 1)

    def test_a_directory_that_is_removed(self):
        self.start_targets(A, B)
        self.start_server()
        self.settle("ab")
        self.post("a", "drain")
        shutil.rmtree(self.path("state"))
        lab.eventually(25, "it is made again", lambda: "it can be written again" in self.server.process.output())
        self.assertIn("was removed", self.server.process.output())
        self.server.process.kill()
        self.start_server(interval="1h", wait=False)
        self.assertEqual(self.first_answer(), [B])

    def test_a_file_of_a_newer_version(self):
        self.start_targets(A, B)
        self.start_server()
        self.server.process.stop()
        file = self.path("state/triagedns.sqlite")
        with contextlib.closing(sqlite3.connect(file)) as database, database:
            database.execute("INSERT INTO grdb_migrations VALUES ('999')")
        with open(file, "rb") as f:
            before = f.read()
        self.start_server()
        self.assert_trouble("was written by a newer triagedns, and is left as it is", "--state")
        self.server.process.stop()
        with open(file, "rb") as f:
            self.assertEqual(f.read(), before)

    def test_another_process_has_it(self):
        self.start_targets(A, B)
        first = self.start_server()
        self.settle("ab")
        self.post("b", "drain")
        second = self.start_server()
        self.assertIn(f"is in use by another triagedns, process {first.process.pid}", second.process.output())
        self.assertEqual(self.metric("triagedns_state_store_up"), 0)
        # What the other one has saved is good enough to begin with.
        self.assertEqual(self.answers(), [A])
        first.process.kill()
        lab.eventually(15, "it takes over", lambda: self.metric("triagedns_state_store_up") == 1)
        lab.eventually(5, "the log says so", lambda: "it can be written again" in second.process.output())

    def test_a_directory_that_cannot_be_made(self):
        self.start_targets(A, B)
        self.write("file", "")
        self.start_server(state="file/state")
        self.assert_trouble("Not a directory")
        os.remove(self.path("file"))
        lab.eventually(15, "it is made later", lambda: self.metric("triagedns_state_store_up") == 1)
        self.post("a", "drain")
        self.server.process.kill()
        self.start_server(interval="1h", state="file/state", wait=False)
        self.assertEqual(self.first_answer(), [B])

    def test_a_full_disk(self):
        os.mkdir(self.path("full"))
        if not mount_small(self, self.path("full"), "400k"):
            self.skipTest("mounting needs privileges")
        self.start_targets(A, B)
        self.start_server(state="full/state")
        self.settle("ab")
        self.post("a", "drain")
        with contextlib.suppress(OSError), open(self.path("full/ballast"), "wb") as f:
            while True:
                f.write(b"x" * 4096)
                f.flush()
        self.targets[B].close()
        lab.eventually(20, "it is said", lambda: self.metric("triagedns_state_store_up") == 0)
        lab.eventually(5, "the log says so", lambda: "make room on that file system" in self.server.process.output())
        self.assertTrue(self.post("c", "weight", weight=3)["not_saved"])
        # The next start finds the disk as full as it is: what was saved holds all the same.
        self.server.process.kill()
        self.start_server(interval="1h", state="full/state", wait=False)
        self.assertEqual(self.overrides_of_first_answer()["a"], "drained")
        os.remove(self.path("full/ballast"))
        lab.eventually(15, "there is room again", lambda: self.metric("triagedns_state_store_up") == 1)
        self.assertNotIn("not_saved", self.post("c", "weight", weight=4))

    def overrides_of_first_answer(self):
        self.first_answer()
        return self.overrides()

    def test_a_file_system_without_writing(self):
        os.mkdir(self.path("mounted"))
        if not mount_small(self, self.path("mounted"), "2m"):
            self.skipTest("mounting needs privileges")
        self.start_targets(A, B)
        self.start_server(state="mounted/state")
        self.settle("ab")
        self.post("a", "drain")
        for end in ("stop", "kill"):
            getattr(self.server.process, end)()
            mount("tmpfs", self.path("mounted"), MS_REMOUNT | MS_RDONLY, "")
            self.start_server(interval="1h", state="mounted/state", wait=False)
            self.assertEqual(self.first_answer(), [B])
            lab.eventually(5, "it is said", lambda: self.metric("triagedns_state_store_up") == 0)
            lab.eventually(5, "the log says so", lambda: "Read-only file system" in self.server.process.output())
            mount("tmpfs", self.path("mounted"), MS_REMOUNT, "")
            lab.eventually(15, "it can be written", lambda: self.metric("triagedns_state_store_up") == 1)


MS_RDONLY, MS_REMOUNT = 1, 32


def mount(kind, path, flags, options):
    libc = ctypes.CDLL(None, use_errno=True)
    done = libc.mount(b"triagedns-test", path.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())
    if done != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), path)


def mount_small(case, path, size):
    """A file system of its own at `path` for the test; False without the privileges for it."""
    try:
        mount("tmpfs", path, 0, f"size={size}")
    except OSError:
        return False
    MNT_DETACH = 2
    case.addCleanup(lambda: ctypes.CDLL(None).umount2(path.encode(), MNT_DETACH))
    return True


class Places(StateCase):
    def test_beside_the_configuration(self):
        self.start_targets(A, B)
        self.start_server(state=None, yaml="server: {state: ../kept}\n")
        self.assertEqual(self.metric("triagedns_state_store_up"), 1)
        self.assertTrue(os.path.exists(self.path("kept/triagedns.sqlite")))
        self.assertEqual(os.stat(self.path("kept")).st_mode & 0o777, 0o700)

    def test_where_systemd_says(self):
        self.start_targets(A, B)
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", YAML.replace("INTERVAL", "1s"))
        os.environ["STATE_DIRECTORY"] = self.path("systemd")
        self.addCleanup(os.environ.pop, "STATE_DIRECTORY")
        self.server = self.serve(self.path("zones"))
        self.assertEqual(self.metric("triagedns_state_store_up"), 1)
        self.assertTrue(os.path.exists(self.path("systemd/triagedns.sqlite")))
        self.server = self.serve(self.path("zones"), flags=["--state", "off"])
        self.assertIsNone(self.metric("triagedns_state_store_up"))

    def test_without_any(self):
        self.start_targets(A, B)
        self.start_server(state=None)
        self.assertIsNone(self.metric("triagedns_state_store_up"))
        self.assertNotIn("not_saved", self.post("a", "drain"))
