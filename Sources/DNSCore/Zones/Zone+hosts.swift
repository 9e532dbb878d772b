// What a zone says of a host name, for those who want to connect to it and not to answer: targets of pools may be names of
// our own zones, and whoever asked the network for them would come back here.

extension Zone {
    /// What there is at a name that is at or below the apex.
    public enum HostData: Hashable, Sendable {
        /// Never empty; the TTL is the lower one of both families.
        case addresses([IPAddress], timeToLive: UInt32)
        case alias(DomainName)
        /// Its addresses are those of the pool of this number.
        case pool(Int)
        /// It lies at or below a zone cut, or below a DNAME: others know.
        case elsewhere
        case nothing
    }

    /// Looks up a host.
    public func hostData(of name: DomainName) -> HostData {
        contents.hostData(of: name)
    }
}

extension ZoneContents {
    fileprivate func hostData(of name: DomainName) -> Zone.HostData {
        var query = QueryName()
        query.set(name: name.wire)
        switch lookup(query, .a) {
        case .delegation, .redirection: return .elsewhere
        case .nameError: return .nothing
        case .node(let index), .wildcard(let index):
            let node = node(index)
            if node.traits.contains(.hasPool) { return .pool(Int(set(0, of: node).start)) }
            if node.traits.contains(.hasAlias), let set = set(of: node, .cname) { return .alias(aliasTarget(set)) }
            var addresses: [IPAddress] = []
            var timeToLive = UInt32.max
            for type in [RecordType.a, .aaaa] {
                guard let set = set(of: node, type), !set.isMade else { continue }
                addresses += self.addresses(of: set)
                timeToLive = min(timeToLive, set.timeToLive)
            }
            return addresses.isEmpty ? .nothing : .addresses(addresses, timeToLive: timeToLive)
        }
    }

    /// The addresses of a set of A or AAAA records, which all have one length.
    private func addresses(of set: RecordSet) -> [IPAddress] {
        let header = 2 + RecordSet.fixedLength
        let length = set.type == .a ? 4 : 16
        var addresses: [IPAddress] = []
        for record in 0..<Int(set.recordCount) {
            let start = Int(set.start) + record * (header + length) + header
            func number(_ offset: Int, _ count: Int) -> UInt64 {
                (0..<count).reduce(0) { $0 << 8 | UInt64(octets[start + offset + $1]) }
            }
            addresses.append(
                length == 4 ? .v4(UInt32(truncatingIfNeeded: number(0, 4))) : .v6(number(0, 8), number(8, 8)))
        }
        return addresses
    }

    /// The name in a CNAME record, whose end may be cut short by a pointer to the apex.
    private func aliasTarget(_ set: RecordSet) -> DomainName {
        let start = Int(set.start) + 2 + RecordSet.fixedLength
        let isCompressed = set.pointerCount == 1
        let end = Int(set.start) + Int(set.length) - (isCompressed ? 2 : 0)
        var wire: [UInt8] = []
        for index in start..<end { wire.append(octets[index]) }
        if isCompressed { for index in 0..<apexWire.count { wire.append(apexWire[index]) } }
        return DomainName(trusted: wire)
    }
}
