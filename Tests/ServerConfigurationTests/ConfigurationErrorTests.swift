// Every message about triagedns.yaml, word for word, with its line.

import DNSCore
import ServerConfiguration
import Testing

@Suite struct ConfigurationErrorTests {
    private static let pool = "\npools: {p: {checks: [a], targets: {t: 192.0.2.1}}}"

    static let server: [(String, [String])] = [
        ("serve: {}", ["1: error: unknown key \"serve\" in the file; did you mean server?"]),
        ("x: {}", ["1: error: unknown key \"x\" in the file; there are server, checks, pools, prober, notify"]),
        ("- a", ["1: error: the file must be a mapping; write key: value lines below it"]),
        ("server:\n  - a", ["2: error: server must be a mapping; write key: value lines below it"]),
        ("server:\n  lisen: x", ["2: error: unknown key \"lisen\" in server; did you mean listen?"]),
        (
            "server:\n  listen: 127.0.0.1",
            ["2: error: listen must be an address and a port, but is \"127.0.0.1\"; write listen: [\"127.0.0.1:5300\"]"]
        ),
        (
            "server:\n  listen:\n    - \"127.0.0.1:53\"\n    - \"127.0.0.1:53\"",
            ["4: error: listen names 127.0.0.1:53 twice; remove one of the two"]
        ),
        ("server:\n  listen: []", ["2: error: listen names no address; write listen: [\"127.0.0.1:5300\"]"]),
        (
            "server:\n  admin: {hosts: ['a b'], certificate_file: x.pem}",
            [
                "2: error: hosts must be names such as dns-admin.hospital.example, without a port, but is \"a b\"",
                "2: error: certificate_file and key_file go together; add key_file: privkey.pem",
            ]
        ),
        (
            "server:\n  admin: {token_file: x}",
            [
                "2: error: unknown key \"token_file\" in admin; did you mean tokens_file?"
            ]
        ),
        (
            "server:\n  admin: no",
            ["2: error: admin must be an address and a port, but is \"no\"; write admin: \"127.0.0.1:8053\" or off"]
        ),
        ("server:\n  identity:", ["2: error: identity must be a text; write identity: ns1"]),
        (
            "server:\n  rate_limit: 0",
            ["2: error: rate_limit must be a whole number from 1 to 100000, but is \"0\""]
        ),
        (
            "server:\n  rate_limit: {slip: 2}",
            [
                "2: error: rate_limit has no responses_per_second; "
                    + "write rate_limit: {responses_per_second: 20}, or off"
            ]
        ),
        (
            "server:\n  rate_limit: {responses_per_second: 5, window: 2min, exempt: [10.0.0.1/8]}",
            [
                "2: error: window must be from 1s to 60s, but is \"2min\"",
                "2: error: exempt must be networks such as 192.0.2.0/24 or 2001:db8::/32, with no bits set after the "
                    + "prefix, but is \"10.0.0.1/8\"",
            ]
        ),
        (
            "server:\n  access: {denied: drop}",
            ["2: error: access names no network; write access: {deny: [192.0.2.0/24]}"]
        ),
        (
            "server:\n  explain_in_answers: yes",
            [
                "2: error: explain_in_answers must be private, on, off, or networks, but is \"yes\"; "
                    + "write explain_in_answers: private, or explain_in_answers: [10.0.0.0/8]"
            ]
        ),
        (
            "server:\n  explain_in_answers: []",
            ["2: error: explain_in_answers names no network; write explain_in_answers: off"]
        ),
        (
            "server:\n  cookies: maybe",
            ["2: error: cookies must be off, or have the key secret_file, but is \"maybe\"; write cookies: off"]
        ),
        (
            "server:\n  resolvers: [10.0.0.2, \"10.0.0.2:53\", dns.example, \"10.0.0.2:0\"]",
            [
                "2: error: resolvers names 10.0.0.2 twice; remove one of the two",
                "2: error: a resolver must be an address, with or without a port, but is \"dns.example\"; "
                    + "write resolvers: [10.0.0.2, \"127.0.0.1:5353\"]",
                "2: error: a resolver must be an address, with or without a port, but is \"10.0.0.2:0\"; "
                    + "write resolvers: [10.0.0.2, \"127.0.0.1:5353\"]",
            ]
        ),
        (
            "server:\n  resolvers: []",
            [
                "2: error: resolvers names no address; write resolvers: [10.0.0.2, \"127.0.0.1:5353\"], or remove it"
            ]
        ),
        (
            "server:\n  resolvers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4]",
            ["2: error: resolvers names 4 name servers, the limit is 3; remove some"]
        ),
        (
            "server:\n  keep_addresses: 10ms",
            ["2: error: keep_addresses must be from 1s to 24h, but is \"10ms\""]
        ),
        ("server:\n  workers: 0", ["2: error: workers must be a whole number from 1 to 256, but is \"0\""]),
        ("server:\n  xdp: [eth0]", ["2: error: xdp must be a text; write xdp: eth0, or off"]),
        (
            "server:\n  udp_payload_size: 511",
            ["2: error: udp_payload_size must be a whole number from 512 to 4096, but is \"511\""]
        ),
        (
            "server:\n  tcp_idle_timeout: 10",
            ["2: error: tcp_idle_timeout must be a duration such as 500ms, 10s, 5min or 1h, but is \"10\""]
        ),
        (
            "server:\n  tcp_idle_timeout: 500ms",
            ["2: error: tcp_idle_timeout must be from 1s to 24h, but is \"500ms\""]
        ),
        (
            "server:\n  tcp_connections: 0\n  tcp_connections_per_client: many",
            [
                "2: error: tcp_connections must be a whole number from 1 to 1000000, but is \"0\"",
                "3: error: tcp_connections_per_client must be a whole number from 1 to 1000000, but is \"many\"",
            ]
        ),
        ("server:\n  state: []", ["2: error: state must be a text; write state: /var/lib/triagedns, or off"]),
        ("server:\n  state_keep: 30m", ["2: error: state_keep must be a duration such as 12h or 30d, but is \"30m\""]),
        ("server:\n  state_keep: 11000d", ["2: error: state_keep must be from 1h to 3650d, but is \"11000d\""]),
        ("server:\n  workers: 1\n  workers: 2", ["3: error: \"workers\" is written twice here; keep one of the two"]),
        (
            "server:\n  \"a\\e[2J\\t\": 1",
            [
                "2: error: unknown key \"a\\x1b[2J\\x09\" in server; there are listen, admin, workers, xdp, tcp_idle_timeout, "
                    + "tcp_connections, tcp_connections_per_client, resolvers, keep_addresses, watch, state, state_keep, log, query_log, "
                    + "identity, version, udp_payload_size, cookies, rate_limit, access, explain_in_answers"
            ]
        ),
        ("server:\n  log: {format: xml}", ["2: error: format must be one of auto, text, json, but is \"xml\""]),
        (
            "server:\n  log: {level: all, x: 1}",
            ["2: error: unknown key \"x\" in log; there are format, level"]
                + ["2: error: level must be one of debug, info, notice, warning, error, but is \"all\""]
        ),
        (
            "server:\n  query_log: yes",
            [
                "2: error: query_log must be off, or have the key dnstap, but is \"yes\"; "
                    + "write query_log: {dnstap: {socket: /run/dnstap.sock}}"
            ]
        ),
        (
            "server:\n  query_log: {sample: 0.1}",
            [
                "2: error: query_log has no dnstap; write query_log: {dnstap: {socket: /run/dnstap.sock}}, or off"
            ]
        ),
        (
            "server:\n  query_log: {x: 1}",
            [
                "2: error: unknown key \"x\" in query_log; there are dnstap, sample, messages, client_prefix, identity",
                "2: error: query_log has no dnstap; write query_log: {dnstap: {socket: /run/dnstap.sock}}, or off",
            ]
        ),
        (
            "server:\n  query_log: {dnstap: /run/dnstap.sock}",
            [
                "2: error: dnstap must have the key socket or file, but is \"/run/dnstap.sock\"; "
                    + "write dnstap: {socket: /run/dnstap.sock}"
            ]
        ),
        (
            "server:\n  query_log: {dnstap: {socket: a, file: b}}",
            [
                "2: error: dnstap must have one of socket and file; write dnstap: {socket: /run/dnstap.sock}, "
                    + "or dnstap: {file: queries.fstrm}"
            ]
        ),
        (
            "server:\n  query_log: {dnstap: {socket: /run/a, keep: 3}}",
            ["2: error: keep applies to file alone; remove it"]
        ),
        (
            "server:\n  query_log: {dnstap: {socket: /\(String(repeating: "a", count: 107))}}",
            ["2: error: socket must be a path of at most 107 octets; write a shorter one"]
        ),
        (
            "server:\n  query_log: {dnstap: {file: a, max_size: 10, keep: 1001, mode: 1}}",
            [
                "2: error: unknown key \"mode\" in dnstap; there are socket, file, max_size, keep",
                "2: error: max_size must be a size from 100kB to 1000GB, such as 100MB, but is \"10\"",
                "2: error: keep must be a whole number from 0 to 1000, but is \"1001\"",
            ]
        ),
        (
            """
            server:
              query_log:
                dnstap: {socket: /run/a}
                sample: 1.5
                messages: [auth_query, client_query]
                client_prefix: {ipv4: 33, ipv6: 129, v4: 1}
                identity: ""
            """,
            [
                "4: error: sample must be a share of the queries, above 0 and up to 1, but is \"1.5\"; write sample: 0.01",
                "5: error: messages must be one of auth_query, auth_response, but is \"client_query\"",
                "6: error: unknown key \"v4\" in client_prefix; there are ipv4, ipv6",
                "6: error: ipv4 must be a whole number from 0 to 32, but is \"33\"",
                "6: error: ipv6 must be a whole number from 0 to 128, but is \"129\"",
                "7: error: identity must be a text; write identity: ns1",
            ]
        ),
        (
            "server:\n  query_log: {dnstap: {socket: /run/a}, messages: [], client_prefix: none}",
            [
                "2: error: messages names no kind; write messages: [auth_response]",
                "2: error: client_prefix must be full, or have the keys ipv4 and ipv6, but is \"none\"; "
                    + "write client_prefix: {ipv4: 24, ipv6: 56}",
            ]
        ),
        ("server:\n\tworkers: 1", ["2: error: this is not valid YAML: found character that cannot start any token"]),
    ]

    /// Text of the check `a`, and what must be said of it; it stands on line 2, its keys from line 3.
    static let checks: [(String, [String])] = [
        (
            "{port: 1}",
            ["2: error: the check a has no type; write type: with one of tcp, tls, http, https, dicom, exec"]
        ),
        ("{type: icmp}", ["2: error: type must be one of tcp, tls, http, https, dicom, exec, but is \"icmp\""]),
        ("{type: tcp}", ["2: error: the check a of type tcp needs a port; write port: 443"]),
        ("{type: tcp, port: 70000}", ["2: error: port must be a whole number from 1 to 65535, but is \"70000\""]),
        (
            "\n    type: tcp\n    port: 1\n    path: /x",
            ["5: error: path does not apply to type tcp, only to http, https; remove it"]
        ),
        ("{type: http, called_aet: X}", ["2: error: called_aet does not apply to type http, only to dicom; remove it"]),
        ("{type: http, intervall: 1s}", ["2: error: unknown key \"intervall\" in a; did you mean interval?"]),
        ("{type: http, interval: 10ms}", ["2: error: interval must be from 100ms to 24h, but is \"10ms\""]),
        (
            "{type: http, interval: 1s, recheck: 2s}",
            ["2: error: recheck must not be longer than interval; write a shorter one"]
        ),
        (
            "{type: http, recheck_interval: 1s}",
            [
                "2: error: unknown key \"recheck_interval\" in a; there are type, port, role, interval, recheck, fall, rise, timeout, slow, method, path, host, headers, basic_auth_file, bearer_file, expect_status, body_contains, body_matches, body_limit, called_aet, calling_aet, tls, server_name, verify, ca_file, pins, min_days, cover_name, client_certificate, client_key, command, exit_codes"
            ]
        ),
        ("{type: http, fall: 0}", ["2: error: fall must be a whole number from 1 to 100, but is \"0\""]),
        (
            "{type: http, timeout: {udp: 1s}}",
            ["2: error: unknown key \"udp\" in timeout; there are tcp, tls, http, dicom, exec"]
        ),
        ("{type: http, method: POST}", ["2: error: method must be one of GET, HEAD, OPTIONS, but is \"POST\""]),
        (
            "{type: http, path: x}",
            ["2: error: path must start with / and hold no blanks, but is \"x\"; write path: /health"]
        ),
        (
            "{type: http, expect_status: [200, 99]}",
            ["2: error: expect_status must be statuses from 100 to 599, such as 200-299 or 401, but is \"99\""]
        ),
        (
            "{type: http, expect_status: x-200}",
            ["2: error: expect_status must be statuses from 100 to 599, such as 200-299 or 401, but is \"x-200\""]
        ),
        ("{type: https, server_name: \"\"}", ["2: error: server_name must be a host name, but is \"\""]),
        ("{type: http, host: }", ["2: error: host must be a host name"]),
        ("{type: https, verify: maybe}", ["2: error: verify must be one of off, pin, strict, but is \"maybe\""]),
        ("{type: https, server_name: 192.0.2.1}", ["2: error: server_name must be a host name, but is \"192.0.2.1\""]),
        (
            "{type: https, verify: strict, ca_file: no.pem}",
            [
                "2: error: ca_file: cannot read dir/no.pem; write the path of a PEM file, as seen from this file's directory"
            ]
        ),
        (
            "{type: dicom, called_aet: \"   \"}",
            ["2: error: called_aet must be 1 to 16 ASCII characters, not all blank, without backslash, but is \"   \""]
        ),
        ("{type: dicom, verify: strict}", ["2: error: verify needs TLS; write tls: true beside it, or remove it"]),
        ("{type: dicom, tls: maybe}", ["2: error: tls must be true or false, but is \"maybe\""]),
    ]

    /// The same, of the keys that ask more of an answer.
    static let expectations: [(String, [String])] = [
        ("{type: http, role: optional}", ["2: error: role must be one of required, advisory, but is \"optional\""]),
        ("{type: http, slow: 1}", ["2: error: slow must be a duration such as 500ms, 10s, 5min or 1h, but is \"1\""]),
        (
            "{type: http, headers: {Host: x}}",
            ["2: error: the header Host is set by the probe itself; write host: beside headers"]
        ),
        (
            "{type: http, headers: {authorization: x}}",
            [
                "2: error: the header authorization is set by the probe itself; write basic_auth_file: or bearer_file:, "
                    + "so that the secret stays out of this file"
            ]
        ),
        (
            "{type: http, headers: {\"A B\": x, C: \"\\u00e9\", d: 1, D: 2}}",
            [
                "2: error: the name of a header must be a word such as Accept, but is \"A B\"",
                "2: error: C must be one line of ASCII",
                "2: error: the header D is written twice; keep one of the two",
            ]
        ),
        (
            "{type: http, bearer_file: no}",
            [
                "2: error: bearer_file: cannot read dir/no; write the path of a file with the token in its only line, "
                    + "as seen from this file's directory"
            ]
        ),
        (
            "{type: http, body_limit: 1}",
            [
                "2: error: body_limit has no effect without body_contains or body_matches; write one, or remove it"
            ]
        ),
        (
            "{type: http, body_limit: 1, body_contains: ab}",
            ["2: error: body_contains is longer than body_limit, 1 octets; write a larger body_limit"]
        ),
        (
            "{type: http, method: HEAD, body_matches: a}",
            ["2: error: body_matches needs a body, which no answer to HEAD has; write method: GET"]
        ),
        ("{type: http, body_matches: \"(\"}", ["2: error: body_matches must be a regular expression, but is \"(\""]),
        (
            "{type: https, ca_file: /etc/hosts}",
            ["2: error: ca_file has no effect with verify: off; write verify: strict beside it, or remove it"]
        ),
        (
            "{type: https, verify: pin}",
            [
                "2: error: verify: pin needs pins; write pins: [\"...\"] beside it with what "
                    + "`openssl x509 -in cert.pem -noout -fingerprint -sha256` prints after the ="
            ]
        ),
        (
            "{type: https, verify: pin, pins: [\"00:11\", sha256//abc]}",
            [
                "2: error: pins must be 64 hexadecimal digits, with colons or without, or sha256// and 44 characters of "
                    + "Base64, but is \"00:11\"",
                "2: error: pins must be 64 hexadecimal digits, with colons or without, or sha256// and 44 characters of "
                    + "Base64, but is \"sha256//abc\"",
            ]
        ),
        (
            "{type: tls, pins: [\(String(repeating: "0", count: 64))]}",
            ["2: error: pins has no effect with verify: off; write verify: pin beside it, or remove it"]
        ),
        ("{type: tls, min_days: -1}", ["2: error: min_days must be a whole number from 0 to 3650, but is \"-1\""]),
        ("{type: tls, cover_name: x}", ["2: error: cover_name must be true or false, but is \"x\""]),
        (
            "{type: tls, client_key: /etc/hosts}",
            ["2: error: client_key needs the certificate that it is for; write client_certificate: beside it"]
        ),
        (
            "{type: dicom, client_certificate: x}",
            [
                "2: error: client_certificate needs TLS; write tls: true beside it, or remove it"
            ]
        ),
        (
            "{type: exec}",
            ["2: error: the check a has no command; write command: [/usr/local/bin/check, \"{address}\"]"]
        ),
        (
            "{type: exec, command: check}",
            [
                "2: error: command must start with the absolute path of a program; no shell looks for it, but is \"check\""
            ]
        ),
        (
            "{type: exec, command: [/nonexistent, {}]}",
            [
                "2: error: command: there is no program /nonexistent that this user may run; install it, or chmod +x it",
                "2: error: each argument in command must be a text; quote it",
            ]
        ),
        (
            "{type: exec, command: [/bin/true], exit_codes: zero}",
            ["2: error: exit_codes must be one of plain, nagios, but is \"zero\""]
        ),
        (
            "{type: tcp, port: 1, command: [/bin/true]}",
            [
                "2: error: command does not apply to type tcp, only to exec; remove it"
            ]
        ),
    ]

    /// Text of the target `t`, which stands on line 2, of a pool beside a check `web`.
    static let targets: [(String, [String])] = [
        ("{address: 192.0.2.1, checks: [wep]}", ["2: error: there is no check \"wep\"; did you mean web?"]),
        (
            "{address: 192.0.2.1, checks: [web, web]}",
            ["2: error: the target t names the check web twice; remove one of the two"]
        ),
        (
            "{address: 192.0.2.1, probe: {address: x}}",
            [
                "2: error: the address to probe for t must be IPv4 or IPv6, but is \"x\"; write 10.0.0.11 or \"fd00::11\""
            ]
        ),
        (
            "{address: 192.0.2.1, probe: {address: [10.0.0.1, 10.0.0.2]}}",
            [
                "2: error: probe of t has 2 addresses, but the target has 1; write one, or one for each in their order"
            ]
        ),
        (
            "{address: 192.0.2.1, probe: {port: 1}}",
            [
                "2: error: unknown key \"port\" in probe; there are address",
                "2: error: probe says nothing; write probe: {address: 10.0.0.11}, or remove it",
            ]
        ),
        (
            "{address: 192.0.2.1, probe: 10.0.0.1}",
            [
                "2: error: probe must be a mapping; write key: value lines below it"
            ]
        ),
    ]

    /// Text of the pool `p`, which stands on line 2.
    static let pools: [(String, [String])] = [
        ("{}", ["2: error: the pool p has no targets; write targets: with name: address lines below it"]),
        ("{targets: {}}", ["2: error: the pool p has no targets; write targets: with name: address lines below it"]),
        ("{targets: [a]}", ["2: error: targets must be a mapping; write key: value lines below it"]),
        (
            "{policy: random, targets: {t: 192.0.2.1}}",
            ["2: error: policy must be one of round-robin, weighted, failover, sticky, but is \"random\""]
        ),
        (
            "{answers: 9, targets: {t: 192.0.2.1}}",
            ["2: error: answers must be a whole number from 1 to 8, but is \"9\""]
        ),
        ("{profile: x, targets: {t: 192.0.2.1}}", ["2: error: profile must be one of orthanc, but is \"x\""]),
        (
            "{checks: [x], targets: {t: 192.0.2.1}}",
            ["2: error: there is no check \"x\"; define it in the section checks"]
        ),
        (
            "\n    targets:\n      t: 192.0.2.1\n      u: [192.0.2.2, 192.0.2.1]",
            ["5: error: 192.0.2.1 is already an address of t; remove it from one of the two"]
        ),
        (
            "{targets: {t: [192.0.2.1, 192.0.2.1]}}",
            ["2: error: 192.0.2.1 is already an address of t; remove it from one of the two"]
        ),
        (
            "{targets: {t: 0.0.0.0}}",
            ["2: error: 0.0.0.0 is the unspecified address; write the address of the target t itself"]
        ),
        (
            "{targets: {t: \"ff02::1\"}}",
            ["2: error: ff02::1 is a multicast address; write the address of the target t itself"]
        ),
        (
            "{targets: {t: a.example}}",
            [
                "2: error: the address of t must be IPv4 or IPv6, but is \"a.example\"; write 192.0.2.11 or \"2001:db8::11\""
            ]
        ),
        ("{targets: {t: }}", ["2: error: t has no address; write t: 192.0.2.11"]),
        ("{targets: {t: {weight: 1}}, policy: weighted}", ["2: error: t has no address; write address: 192.0.2.11"]),
        (
            "{targets: {t: {address: 192.0.2.1, host: a}}}",
            ["2: error: t has both address and host; remove one of the two"]
        ),
        (
            "{targets: {t: {host: 192.0.2.1}}}",
            ["2: error: host must be a host name, but is \"192.0.2.1\"; an address is written address: 192.0.2.11"]
        ),
        (
            "{targets: {t: 192.0.2.1, u: {host: a.example}}}",
            [
                "2: error: u has a host but t has an address; write flatten: true in the pool, so that hosts are answered as "
                    + "addresses, or addresses, or hosts, for all of its targets"
            ]
        ),
        (
            "{targets: {t: {address: 192.0.2.1, weight: 2}}}",
            ["2: error: weight has no effect under round-robin; write policy: weighted or sticky, or remove it"]
        ),
        (
            "{policy: weighted, targets: {t: {address: 192.0.2.1, tier: 2}}}",
            ["2: error: tier has no effect under weighted; write policy: failover, or remove it"]
        ),
        (
            "{policy: failover, targets: {t: {address: 192.0.2.1, tier: 2}, u: 192.0.2.2, v: {address: 192.0.2.3}}}",
            [
                "2: error: u has no tier, but others of the pool p have; write tier: N for all of them, or for none",
                "2: error: v has no tier, but others of the pool p have; write tier: N for all of them, or for none",
            ]
        ),
        (
            "{policy: weighted, targets: {t: {address: 192.0.2.1, weight: 1000001}}}",
            ["2: error: weight must be a whole number from 0 to 1000000, but is \"1000001\""]
        ),
        (
            "{targets: {t: {pool: q}}}\n  q: {targets: {t: {pool: r}}}",
            ["3: error: there is no pool \"r\"; define it in the section pools"]
        ),
        (
            "{targets: {t: {pool: orthank}}}\n  orthanc: {targets: {t: 192.0.2.1}}",
            ["2: error: there is no pool \"orthank\"; did you mean orthanc?"]
        ),
        (
            "{targets: {t: {pool: p}}}",
            ["2: error: the pool p is nested in itself: p > p; remove one of these targets"]
        ),
        (
            "{targets: {t: {pool: q}}}\n  q: {targets: {t: {pool: r}}}\n  r: {targets: {t: {pool: q}, u: 192.0.2.1}}",
            ["3: error: the pool q is nested in itself: q > r > q; remove one of these targets"]
        ),
        (
            "{targets: {t: {pool: q}, u: {pool: q}}}\n  q: {targets: {t: 192.0.2.1}}",
            [
                "2: error: the pool q is a target already, as t; remove one of the two, or give it more weight"
            ]
        ),
        (
            "{targets: {t: {pool: q}, u: 192.0.2.1}}\n  q: {targets: {t: {host: a.example}}}",
            [
                "2: error: u leads to addresses but t to host names; the targets of the pool p must all lead to one or "
                    + "the other"
            ]
        ),
        (
            "{targets: {t: {pool: p1}}}\n"
                + (1...8).map { "  p\($0): {targets: {t: \($0 < 8 ? "{pool: p\($0 + 1)}" : "192.0.2.1")}}\n" }.joined(),
            ["2: error: the pool p is nested 9 pools deep, the limit is 8; name inner pools directly"]
        ),
        (
            "{targets: {a: {pool: x}, b: {pool: y}}}\n"
                + ["x", "y"].enumerated().map { index, name in
                    let targets = (1...33).map { "t\($0): 192.0.\(index).\($0)" }.joined(separator: ", ")
                    return "  \(name): {targets: {\(targets)}}\n"
                }.joined(),
            ["2: error: the pool p has 66 targets with those of its nested pools, the limit is 64; split it"]
        ),
        (
            "\n    profile: orthanc\n    targets: {t: {pool: q}}\n  q: {targets: {t: 192.0.2.1}}",
            ["3: error: profile has no effect, as all targets of p are pools; write it in these pools"]
        ),
        (
            "{targets: {t: {address: 192.0.2.1, pool: q}}}",
            ["2: error: t has both address and pool; remove one of the two"]
        ),
        ("{targets: {t: {host: a.example, pool: q}}}", ["2: error: t has both host and pool; remove one of the two"]),
        (
            "{targets: {t: {host: a.example, flatten: maybe}}}",
            ["2: error: flatten must be true or false, but is \"maybe\""]
        ),
        (
            "{targets: {t: {address: 192.0.2.1, flatten: true}}}",
            ["2: error: flatten is for targets with a host; remove it, or write host: a.example.org"]
        ),
        (
            "{flatten: true, targets: {t: 192.0.2.1}}",
            ["2: error: flatten has no effect, as no target of p has a host; remove it"]
        ),
        (
            "{targets: {t: {host: a.example, flatten: true}, u: {host: b.example}}}",
            [
                "2: error: u has a host but t has a flattened host; write flatten: true in the pool, so that hosts are answered "
                    + "as addresses, or addresses, or hosts, for all of its targets"
            ]
        ),
        (
            "{targets: {t: {host: a.example, name: b.example}}}",
            ["2: error: name is for targets with an address, and this one has a host; remove name"]
        ),
        (
            "{targets: {t: {address: 192.0.2.1, name: A.b}, u: {address: 192.0.2.2, name: a.b}}}",
            ["2: error: a.b. is already the name of t; give u a name of its own"]
        ),
        (
            "{targets: {t: {address: 192.0.2.1, name: 192.0.2.1}}}",
            ["2: error: name must be the target's own host name, but is \"192.0.2.1\"; write name: a.example.org"]
        ),
        (
            "\n    targets: {orthanc-a: 192.0.2.1, b: 192.0.2.2}\n    prefer:\n      10.0.0.0/8: [orthanc-b]\n"
                + "      10.0.0.1/8: [b]\n      10.1.0.0/16: []\n      10.2.0.0/16: c\n      192.0.2.1/32: b\n"
                + "      192.0.2.1: b",
            [
                "5: error: prefer names targets of the pool p, but is \"orthanc-b\"; did you mean orthanc-a?",
                "6: error: \"10.0.0.1/8\" is not a network; write one such as 10.1.0.0/16 or \"2001:db8::/32\", with no "
                    + "bits set after the prefix",
                "7: error: the network 10.1.0.0/16 prefers no target; write [orthanc-a]",
                "8: error: prefer names targets of the pool p, but is \"c\"; there are orthanc-a, b",
                "10: error: the network 192.0.2.1 is in line 9 already; keep one of the two",
            ]
        ),
        (
            "{targets: {t: 192.0.2.1}, prefer: [t]}",
            ["2: error: prefer must be a mapping; write key: value lines below it"]
        ),
        (
            "{targets: {a b: 192.0.2.1}}",
            ["2: error: \"a b\" cannot name a target; write at most 63 of A-Z a-z 0-9 - and _"]
        ),
        (
            "{targets: {\((1...65).map { "t\($0): 192.0.2.\($0)" }.joined(separator: ", "))}}",
            ["2: error: the pool p has 65 targets, the limit is 64; split the pool"]
        ),
    ]

    private func messages(_ text: String) -> [String] {
        let (configuration, findings) = readConfiguration(text: text, file: "dir/f.yaml")
        #expect((configuration == nil) == findings.contains { $0.severity == .error })
        return findings.map(\.description)
    }

    @Test(arguments: Self.server) func saysOfTheServer(_ text: String, _ expected: [String]) {
        #expect(messages(text) == expected.map { "dir/f.yaml:" + $0 })
    }

    @Test(arguments: Self.checks) func saysOfAChecks(_ text: String, _ expected: [String]) {
        #expect(messages("checks:\n  a: \(text)" + Self.pool) == expected.map { "dir/f.yaml:" + $0 })
    }

    @Test(arguments: Self.expectations) func saysOfExpectations(_ text: String, _ expected: [String]) {
        #expect(messages("checks:\n  a: \(text)" + Self.pool) == expected.map { "dir/f.yaml:" + $0 })
    }

    @Test(arguments: Self.targets) func saysOfATarget(_ text: String, _ expected: [String]) {
        let messages = messages(
            "pools: {p: {checks: [web], targets: {\n  t: \(text)}}}\nchecks: {web: {type: http}}")
        #expect(messages == expected.map { "dir/f.yaml:" + $0 })
    }

    @Test func warnsOfNothingButAdvice() {
        #expect(
            messages("checks: {a: {type: http, role: advisory}}" + Self.pool) == [
                "dir/f.yaml:2: warning: all checks of the pool p are advisory, so nothing takes a target out; "
                    + "make one of them required"
            ])
    }

    @Test(arguments: Self.pools) func saysOfAPool(_ text: String, _ expected: [String]) {
        #expect(messages("pools:\n  p: \(text)") == expected.map { "dir/f.yaml:" + $0 })
    }

    @Test func saysAllOfIt() {
        let text = """
            server: {workers: 0}
            checks:
              web: {type: tcp}
              unused: {type: http}
            pools:
              p:
                checks: [wep, web, web]
                targets: {t: x}
            """
        #expect(
            messages(text) == [
                "dir/f.yaml:1: error: workers must be a whole number from 1 to 256, but is \"0\"",
                "dir/f.yaml:3: error: the check web of type tcp needs a port; write port: 443",
                "dir/f.yaml:7: error: there is no check \"wep\"; did you mean web?",
                "dir/f.yaml:7: error: the pool p names the check web twice; remove one of the two",
                "dir/f.yaml:8: error: the address of t must be IPv4 or IPv6, but is \"x\"; "
                    + "write 192.0.2.11 or \"2001:db8::11\"",
                "dir/f.yaml:4: warning: no pool uses the check unused; name it under checks of a pool, or remove it",
            ])
    }
}
