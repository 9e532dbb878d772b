// Pictures of `top`: what is in them, in which order, and that they fit.

import HealthChecks
import Terminal
import Testing

@Suite struct TopFrameTests {
    private func text(_ model: TopModel, width: Int = 160, height: Int? = nil) -> [String] {
        TopFrame(model, width: width).lines(height: height).map { $0.text() }
    }

    @Test("A wide picture has each target with its state, its layer, its age and its check")
    func wide() throws {
        var model = try model([
            pool("web", [target("x"), target("y")]),
            pool("pacs", [target("a"), target("b", "down", more: ["override": "drained"])]),
        ])
        model.name = "ns1 0.1.0"
        model.upSeconds = 200_000
        let lines = text(model)
        #expect(lines[0].hasPrefix("triagedns  ns1 0.1.0  http://127.0.0.1:8053  up 2 days "))
        #expect(lines[0].hasSuffix("     03:04:05"))
        #expect(text(model, height: 24)[0].hasSuffix("q quits  03:04:05"))
        #expect(lines[2] == "pools    2  1 impaired  1 well  targets in service 3 of 4")
        // The worst first.
        #expect(lines[4].hasPrefix("pacs  weighted  1 of 2 in service  answers 192.0.2.1"))
        #expect(lines[5].hasPrefix("  a "))
        #expect(lines[5].hasSuffix("60 s  in service  web 12.3 ms"))
        #expect(lines[6].hasPrefix("  b "))
        #expect(lines[6].hasSuffix("down at http, drained  60 s  out         web: HTTP status 502"))
        #expect(lines[7].hasPrefix("web  weighted  2 of 2 in service"))
    }

    @Test("Whatever the window is, the picture fits into it", arguments: [1, 2, 5, 10, 24, 50], [1, 10, 40, 80, 200])
    func fits(height: Int, width: Int) throws {
        var model = try model(
            (0..<12).map { number in
                pool("p\(number)", (0..<6).map { target("t\($0)", number % 3 == 0 && $0 == 2 ? "down" : "up") })
            }, prober: ["state": "cut_off", "text": "cut off"])
        model.events = try (1...50).map { try event($0) }
        let lines = TopFrame(model, width: width).lines(height: height)
        #expect(lines.count <= height)
        #expect(lines.allSatisfy { $0.width <= width })
    }

    @Test("What does not fit is counted, and is the best of what there is")
    func manyPools() throws {
        let model = try model((0..<40).map { pool("p\($0)", [target("a", $0 == 33 ? "down" : "up"), target("b")]) })
        let lines = text(model, height: 20)
        #expect(lines.count <= 20)
        #expect(lines[4].hasPrefix("p33  "))
        #expect(lines[5].hasPrefix("  a "))
        #expect(lines[6].hasPrefix("  b "))
        // Of those that are well only the pools.
        #expect(lines[7].hasPrefix("p0  "))
        #expect(lines[8].hasPrefix("p1  "))
        let rest = try #require(lines.first { $0.hasPrefix("+") })
        let shown = lines.count { $0.hasPrefix("p") && $0.contains("weighted") }
        #expect(rest == "+\(40 - shown) more pools, all well")
    }

    @Test("One large pool that is ill leaves room for another")
    func largePool() throws {
        let model = try model([
            pool("large", (0..<100).map { target("t\($0)", $0 >= 95 ? "down" : "up") }),
            pool("small", [target("s", "down")], mode: "fail_open"),
        ])
        let lines = text(model, height: 24)
        #expect(lines[4].hasPrefix("small  "))
        #expect(lines[4].contains("[fail_open]"))
        #expect(lines[5].hasPrefix("  s "))
        #expect(lines[6].hasPrefix("large  "))
        #expect(lines[7].hasPrefix("  t95 "))
        let rest = try #require(lines.first { $0.hasPrefix("  +") })
        let shown = lines.count { $0.hasPrefix("  t") }
        #expect(rest == "  +\(100 - shown) more, all well")
    }

    @Test("A narrow picture leaves out addresses and ages, and says what it cuts")
    func narrow() throws {
        let lines = text(
            try model([pool("pacs", [target("a", "down", error: String(repeating: "x", count: 80))])]), width: 50)
        let row = try #require(lines.first { $0.hasPrefix("  a ") })
        #expect(!row.contains("192.0.2"))
        #expect(row.hasPrefix("  a  down at http  out  web: xxx"))
        #expect(row.hasSuffix("x…"))
        #expect(row.count == 50)
    }

    @Test("Warnings of the prober, orders and events are there; the newest event first")
    func sections() throws {
        let orders: [String: Any] = [
            "pool": "pacs", "target": "b", "maintenance": [Any](),
            "state": ["override": "drained", "note": ["at": "2026-01-02T03:00:00Z", "by": "anna", "reason": "disk"]],
        ]
        var model = try model(
            [pool("pacs", [target("a"), target("b", more: ["orders": orders, "override": "drained"])])],
            prober: ["state": "cut_off", "text": "nothing answers: states are held"])
        model.events = [try event(1), try event(2, from: "down", to: "up", reason: "all checks pass")]
        model.problem = "what follows is 5 s old"
        let lines = text(model)
        #expect(lines[3] == "what follows is 5 s old")
        #expect(lines[4] == "nothing answers: states are held")
        let place = try #require(lines.firstIndex(of: "ORDERS"))
        #expect(lines[place + 1] == "pacs b: drained since 2026-01-02T03:00:00Z (disk, by anna)")
        let recent = try #require(lines.firstIndex(of: "RECENT"))
        #expect(lines[recent + 1] == "03:02:00  pacs a 192.0.2.11: down -> up (all checks pass)")
        #expect(lines[recent + 2] == "03:01:00  pacs a 192.0.2.11: up -> down (tcp: refused)")
    }

    @Test("What a target says cannot command the terminal")
    func escapes() throws {
        let lines = text(
            try model([pool("pacs", [target("a", "down", error: "\u{1B}]0;x\u{07}\u{9B}2J\nend\u{202E}")])]))
        let row = try #require(lines.first { $0.hasPrefix("  a ") })
        #expect(row.hasSuffix("web: \u{FFFD}]0;x\u{FFFD}\u{FFFD}2J end\u{FFFD}"))
    }

    @Test("Rates are those between two counts")
    func traffic() throws {
        var model = try model([pool("pacs", [target("a")])])
        #expect(text(model)[1] == "queries  counting …")
        var (before, after) = (AnswerCounts(), AnswerCounts())
        before.byTransport = ["udp": 1000, "tcp": 10]
        before.byCode = ["NOERROR": 1010, "NXDOMAIN": 0, "REFUSED": 0]
        after.byTransport = ["udp": 5000, "tcp": 11]
        after.byCode = ["NOERROR": 4010, "NXDOMAIN": 1000, "REFUSED": 1]
        after.dropped = 3
        var traffic = Traffic()
        traffic.add(after, after: before, seconds: 2)
        model.traffic = traffic
        #expect(
            text(model)[1].trimmingSuffix("█ ")
                == "queries  2,001/s (udp 2,000, tcp 0.5)  NOERROR 75 %  NXDOMAIN 25 %  REFUSED <1 %  dropped 1.5/s")
        // Another process has begun to count anew.
        traffic.add(before, after: after, seconds: 2)
        #expect(traffic.rate == 2000.5)
        traffic.add(after, after: after, seconds: 2)
        #expect(traffic.rate == 0)
        #expect(traffic.history == [2000.5, 0])
    }
}

extension String {
    fileprivate func trimmingSuffix(_ characters: String) -> String {
        var text = self[...]
        while let last = text.last, characters.contains(last) { text.removeLast() }
        return String(text)
    }
}
