// Colours, tables and lines.

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
}
