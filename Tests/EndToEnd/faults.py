"""What can go wrong with an Orthanc behind an nginx, and what a check must say of it.

The same list is for the end-to-end tests (test_faults.py) and for `make bench BENCH="--only faults"`.
"""
import dataclasses
import typing

from orthanc import DICOM_PORT, HTTPS_PORT

GOOD = "10.53.0.10"
LATE = "no answer|within|answer after"


@dataclasses.dataclass(frozen=True)
class Fault:
    """`hurt` does it to a host. `seen`: (layer, words) by check, for those that do not pass."""

    label: str
    title: str
    hurt: typing.Callable
    seen: dict
    layout: str = "plain"
    state: str = "down"


def web(layer, words):
    return {"web": (layer, words)}


def dicom(layer, words):
    return {"dicom": (layer, words)}


def both(layer, words):
    return web(layer, words) | dicom(layer, words)


def certificate(label, title, words, state="down"):
    return Fault(label, title, lambda host: host.restart_nginx(label), web("tls", words), state=state)


def harm(label, title, port, options, seen, passes=True, state="down"):
    return Fault(label, title, lambda host: host.harm(port, *options, passes=passes), seen, state=state)


def rule(label, title, words):
    return Fault(label, title, lambda host: host.put(label), both("tcp", words))


def freeze_and_fill(host):
    host.orthanc.freeze()
    host.fill_queue(DICOM_PORT)


def other_title(host):
    host.orthanc.kill()
    host.start_orthanc(title="SOMEBODY")


PROCESSES = [
    Fault("killed", "Orthanc killed", lambda host: host.orthanc.kill(),
          web("http", "502") | dicom("tcp", "refused")),
    Fault("killed-tls", "the same, nginx takes TLS off 11112", lambda host: host.orthanc.kill(),
          web("http", "502") | dicom("dicom", "clos|reset|abort"), layout="tls"),
    Fault("frozen", "Orthanc frozen (SIGSTOP)", lambda host: host.orthanc.freeze(),
          web("http", LATE) | dicom("dicom", LATE)),
    Fault("queue", "the same, and its accept queue full", freeze_and_fill,
          web("http", LATE) | dicom("tcp", LATE)),
    Fault("hogged", "silent clients on 11112", lambda host: host.hog(), dicom("dicom", LATE), state="degraded|down"),
    Fault("nginx-frozen", "nginx frozen (SIGSTOP)", lambda host: host.nginx.freeze(), web("tls", LATE)),
    Fault("nginx-killed", "nginx killed", lambda host: host.nginx.kill(), web("tcp", "refused")),
]
SERVICES = [
    certificate("expired", "certificate expired", "expired"),
    certificate("future", "certificate not valid yet", "not valid|not yet|valid from"),
    certificate("wrong-name", "certificate for another name", "not .*example.test", state="degraded"),
    certificate("untrusted", "certificate of an unknown authority", "trust|authority|issuer"),
    certificate("self-signed", "certificate signed by itself", "trust|authority|issuer|self"),
    Fault("page-503", "every page is 503", lambda host: host.restart_nginx(page="503"), web("http", "503")),
    Fault("page-200", "every page is nginx's own", lambda host: host.restart_nginx(page='200 "Welcome to nginx"'),
          web("http", "not in the body")),
    Fault("plain", "no TLS on 443", lambda host: host.restart_nginx(tls=False), web("tls", "not tls")),
    Fault("title", "another AE title", other_title, dicom("dicom", "ae title")),
    Fault("rejected", "storescp --refuse on 11112",
          lambda host: host.detour(DICOM_PORT, "storescp", "--refuse", str(DICOM_PORT + 10_000)),
          dicom("dicom", "rejected")),
    harm("ssh", "SSH on 11112", DICOM_PORT, ["--say", "SSH-2.0-OpenSSH_9.2p1"], dicom("dicom", "not a dicom"),
         passes=False),
    harm("http", "HTTP on 11112", DICOM_PORT, ["--say", "HTTP/1.1 400 Bad Request"], dicom("dicom", "not a dicom"),
         passes=False),
]
NETWORK = [
    rule("dropped", "black hole", LATE),
    rule("muted", "its answers are lost", LATE),
    rule("refused", "firewall resets (RST)", "refused"),
    rule("unreachable", "ICMP host unreachable", "no route"),
    Fault("unplugged", "nobody has the address", lambda host: host.unplug(), both("tcp", LATE + "|no route")),
    Fault("narrow", "path-MTU black hole (600 octets)", lambda host: host.put("narrow"), web("tls", LATE)),
    harm("slow", "443 answers late (0.3 s a packet)", HTTPS_PORT, ["--delay", "0.3"], web("http", "slow"),
         state="degraded"),
    harm("trickle", "443 at 200 octets a second", HTTPS_PORT, ["--rate", "200"], web("tls", LATE)),
    harm("stalled", "443 stalls after 100 octets", HTTPS_PORT, ["--stall-after", "100"], web("tls", LATE)),
    harm("reset-443", "443 resets when connected", HTTPS_PORT, ["--reset"], web("tls", "reset"), passes=False),
    harm("reset-11112", "11112 resets when connected", DICOM_PORT, ["--reset"], dicom("dicom", "reset"),
         passes=False),
    harm("half-echo", "11112 closes after the association", DICOM_PORT, ["--close-after", "190"],
         dicom("dicom", "clos")),
]
FAULTS = PROCESSES + SERVICES + NETWORK
# 20 flips a minute.
FLAPPING = Fault("flapping", "refuses and accepts, 3 s each", lambda host: host.flap(3), both("tcp", "refused"))

assert len({fault.label for fault in FAULTS}) == len(FAULTS)


def addresses(faults):
    """Of the host that each is done to."""
    return {fault.label: f"10.53.0.{20 + number}" for number, fault in enumerate(faults)}


def start(site, faults):
    """The good host, and one for each fault; all of them at once, then waited for."""
    places = addresses(faults)
    started = {fault.label: site.add(fault.label, places[fault.label], fault.layout) for fault in faults}
    everyone = [site.add("good", GOOD), site.add("good-tls", "10.53.0.11", "tls"), *started.values()]
    for host in everyone:
        host.start(wait=False)
    for host in everyone:
        host.wait()
    return started


def good_address(fault):
    return GOOD if fault.layout == "plain" else "10.53.0.11"


def zone(faults, record="30 IN POOL {label}"):
    head = "$TTL 300\n@ IN SOA ns1 hostmaster 1 7200 900 1209600 30\n@ IN NS ns1\nns1 IN A 127.0.0.1\n"
    return head + "".join(f"{fault.label} {record.format(label=fault.label)}\n" for fault in faults)


def settings(faults, authority, pace=""):
    """triagedns.yaml: a pool for each fault, its good host and the one that is to break."""
    places = addresses(faults)
    strict = f'verify: strict, ca_file: "{authority}"'
    text = (f'checks:\n  web: {{type: https, port: {HTTPS_PORT}, path: "/changes?last", '
            f"expect_status: [200-299, 401, 403], body_contains: Changes, slow: 1s, {strict}{pace}}}\n"
            f"  dicom: {{type: dicom, port: {DICOM_PORT}, called_aet: ORTHANC, slow: 1s{pace}}}\n"
            f"  dicom-tls: {{type: dicom, port: {DICOM_PORT}, called_aet: ORTHANC, slow: 1s, tls: true, "
            f"{strict}{pace}}}\npools:\n")
    for fault in faults:
        checks = "[web, dicom-tls]" if fault.layout == "tls" else "[web, dicom]"
        text += (f"  {fault.label}: {{checks: {checks}, targets: "
                 f"{{good: {good_address(fault)}, broken: {places[fault.label]}}}}}\n")
    return text
