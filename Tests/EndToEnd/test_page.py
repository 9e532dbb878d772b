"""The status page in a real browser: it lives without being loaded anew, and its buttons do what they say."""
import contextlib
import http.client

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

import lab

ZONE = """\
$TTL 300
@     IN SOA ns1 hostmaster 1 7200 900 1209600 30
@     IN NS  ns1
ns1   IN A   127.0.0.1
pacs  60 IN POOL orthanc
"""
SETTINGS = """\
checks:
  port: {{type: tcp, port: {port}, interval: 200ms, recheck: 100ms}}
pools:
  orthanc:
    checks: [port]
    targets:
      a: 127.0.0.11
      b: 127.0.0.12
"""


class Page(lab.LabCase):
    @classmethod
    def setUpClass(cls):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1500,1200"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        cls.browser = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        cls.addClassCleanup(cls.browser.quit)

    def setUp(self):
        super().setUp()
        self.port = lab.free_port("127.0.0.11")
        self.listeners = {name: self.listener(f"127.0.0.{number}", self.port) for name, number in (("a", 11), ("b", 12))}
        self.write("zones/example.test.zone", ZONE)
        self.write("zones/triagedns.yaml", SETTINGS.format(port=self.port))
        self.server = self.serve(self.path("zones"))
        self.url = "http://%s:%d/" % self.server.admin
        self.browser.delete_all_cookies()
        self.browser.get_log("browser")

    def open(self):
        self.browser.get(self.url)
        lab.eventually(10, "the page is live", lambda: self.text("live") == "live")
        self.browser.execute_script("window.isTheSamePage = true")

    def log_in(self):
        self.browser.get(self.url + "login#" + self.server.token)
        lab.eventually(10, "the page after the login", lambda: self.browser.current_url == self.url)
        self.open()

    def text(self, identity):
        return self.browser.execute_script("return document.getElementById(arguments[0])?.innerText ?? ''", identity)

    def expect(self, identity, *parts, seconds=10):
        lab.eventually(seconds, f"{identity} says {parts}", lambda: all(part in self.text(identity) for part in parts))

    def press(self, label):
        """The part that a button is in may be replaced at any moment, so it is found and pressed in one step."""
        found = self.browser.execute_script(
            "const button = [...document.querySelectorAll('button')].find(button =>"
            " (button.ariaLabel ?? button.textContent) === arguments[0]); button?.click(); return !!button", label)
        self.assertTrue(found, f"there is no button {label}")

    def confirm(self, reason=""):
        self.browser.find_element(By.ID, "confirm-reason").send_keys(reason)
        self.browser.find_element(By.ID, "confirm-go").click()

    def is_the_same_page(self):
        return self.browser.execute_script("return window.isTheSamePage === true")

    def test_dies_and_comes_back_without_reload(self):
        self.open()
        self.expect("pool-orthanc", "2 of 2 in service", "pacs.example.test", "127.0.0.11", "127.0.0.12")
        self.expect("overall", "Everything in service")
        self.listeners["a"].close()
        self.expect("target-orthanc-a", "down", "tcp", "connection refused")
        self.expect("pool-orthanc", "1 of 2 in service")
        self.expect("overall", "orthanc: 1 of 2 targets is down")
        self.expect("timeline", "orthanc a 127.0.0.11", "up → down")
        self.listener("127.0.0.11", self.port)
        self.expect("pool-orthanc", "2 of 2 in service")
        self.expect("timeline", "down → up")
        self.assertTrue(self.is_the_same_page())
        self.assertEqual([entry["message"] for entry in self.browser.get_log("browser")], [])

    def test_drains_one_and_is_refused_the_last(self):
        self.log_in()
        self.press("Drain a")
        self.expect("confirm", "a", "orthanc")
        self.confirm("upgrade")
        self.expect("target-orthanc-a", "drained", "upgrade", "safe to stop")
        lab.eventually(5, "dig has the other", lambda: self.server.short("pacs.example.test") == ["127.0.0.12"])
        lab.eventually(5, "the dialog is closed", lambda: not self.browser.execute_script(
            "return document.getElementById('confirm').open"))
        self.press("Drain b")
        self.confirm()
        self.expect("confirm", "last target")
        self.assertEqual(self.server.short("pacs.example.test"), ["127.0.0.12"])
        self.press("Cancel")
        self.press("Undrain a")
        self.confirm()
        self.expect("pool-orthanc", "2 of 2 in service")
        self.assertTrue(self.is_the_same_page())

    def test_who_only_reads_has_no_buttons(self):
        self.open()
        self.assertEqual(self.browser.find_elements(By.CSS_SELECTOR, "button[data-verb]"), [])
        self.browser.get(self.url + "login#wrong")
        lab.eventually(10, "the refusal", lambda: "not known" in self.browser.page_source)

    def test_explains_in_place(self):
        self.open()
        field = self.browser.find_element(By.NAME, "name")
        field.send_keys("pacs.example.test")
        field.submit()
        self.expect("explained", "answer: NOERROR", "127.0.0.11", "pool orthanc: round-robin")
        field.clear()
        field.send_keys("a..b")
        field.submit()
        self.expect("explained", "a..b")
        self.assertTrue(self.is_the_same_page())

    def get_as_browser(self, path):
        connection = http.client.HTTPConnection(*self.server.admin, timeout=5)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
            return connection.getresponse().read().decode()

    def test_reads_without_scripts(self):
        connection = http.client.HTTPConnection(*self.server.admin, timeout=5)
        with contextlib.closing(connection):
            connection.request("GET", "/")
            response = connection.getresponse()
            text = response.read().decode()
        for part in ("orthanc", "pacs.example.test", "127.0.0.11", "2 of 2 in service", "example.test."):
            self.assertIn(part, text)
        self.assertIn("script-src 'self'", response.headers["Content-Security-Policy"])
        self.assertIn("pool orthanc", self.get_as_browser("/v1/explain?name=pacs.example.test&type=A"))
        for foreign in ("http://", "https://", "onclick=", "style="):
            self.assertNotIn(foreign, text)
