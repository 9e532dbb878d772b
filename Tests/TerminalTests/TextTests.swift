// Colours, tables, lines and metrics.

import Terminal
import Testing

@Suite struct TextTests {
    @Test("Colours are for terminals that can, and for who wants them")
    func colors() {
        let xterm = ["TERM": "xterm-256color"]
        let isColored = { (choice: ColorChoice, isTerminal: Bool, environment: [String: String]) in
            Palette(choice, isTerminal: isTerminal, environment: environment).isColored
        }
        #expect(isColored(.auto, true, xterm))
        #expect(!isColored(.auto, false, xterm))
        #expect(!isColored(.auto, true, ["TERM": "dumb"]))
        #expect(!isColored(.auto, true, [:]))
        #expect(!isColored(.auto, true, ["TERM": "xterm", "NO_COLOR": "1"]))
        #expect(isColored(.auto, true, ["TERM": "xterm", "NO_COLOR": ""]))
        #expect(isColored(.always, false, ["NO_COLOR": "1"]))
        #expect(!isColored(.never, true, xterm))
        let line = Line("a ", Piece("down", .bad))
        #expect(line.text(.plain) == "a down")
        #expect(line.text(.colored) == "a \u{1B}[1;31mdown\u{1B}[0m")
    }

    @Test("Colours take no room in tables, and lines do not end in spaces")
    func tables() {
        var table = Table("POOL", "STATE", "NOTE")
        table.add(["pacs", Piece("down", .bad), "x"])
        table.add(["a-long-name", Piece("up", .good), ""])
        #expect(
            table.text()
                == """
                POOL         STATE  NOTE
                pacs         down   x
                a-long-name  up
                """)
        #expect(table.text(.colored).hasSuffix("a-long-name  \u{1B}[32mup\u{1B}[0m"))
    }

    @Test("A line is cut to a width, and says so")
    func cut() {
        let line = Line("abc", Piece("defg", .bad))
        #expect(line.cut(to: 7).text() == "abcdefg")
        #expect(line.cut(to: 5).text() == "abcd…")
        #expect(line.cut(to: 1).text() == "…")
        #expect(line.cut(to: 0).text() == "")
    }

    @Test("Metrics are added up over what top does not tell apart")
    func metrics() {
        let text = MetricsText(
            """
            # HELP triagedns_responses_total Answers.
            # TYPE triagedns_responses_total counter
            triagedns_responses_total{rcode="NOERROR",transport="udp",zone="a."} 5
            triagedns_responses_total{rcode="NOERROR",transport="udp",zone="b."} 2
            triagedns_responses_total{rcode="NXDOMAIN",transport="tcp",zone="b."} 1
            triagedns_dropped_messages_total{transport="udp"} 4
            triagedns_build_info{identity="n\\"s,1",version="0.1"} 1
            process_start_time_seconds 1.5e9
            nonsense
            triagedns_x NaN
            """)
        #expect(text.answers.byTransport == ["udp": 7, "tcp": 1])
        #expect(text.answers.byCode == ["NOERROR": 7, "NXDOMAIN": 1])
        #expect(text.answers.dropped == 4)
        #expect(text.samples.count == 6)
        #expect(text.samples[4].labels == ["identity": "n\"s,1", "version": "0.1"])
        #expect(text.samples[5].value == 1.5e9)
    }
}
