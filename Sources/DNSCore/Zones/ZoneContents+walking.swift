// Goes through all names of a zone in the order in which they are stored: for comparing and reading, not for queries.

extension ZoneContents {
    /// Calls `body` with each node, and its number.
    func forEachNode(_ body: (Int, Node) -> Void) {
        var number = Int(apex)
        while number < Int(entriesEnd) {
            let node = node(number)
            body(number, node)
            number = end(of: node)
        }
    }

    func load(_ node: Int, into name: inout QueryName) {
        name.set(wordCount: Int(header(of: node).nameLength)) { nameWord($0, of: node) }
    }
}
