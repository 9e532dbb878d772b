// The zones of a directory: every `*.zone` file is the zone that its name says.

public import DNSCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// One zone file of a directory.
public struct ZoneFile: Hashable, Sendable {
    /// The directory as it was given, with a slash at its end.
    private let directory: String
    /// The file's name without `.zone`; most are short enough to take no memory of their own.
    private let name: String
    /// The zone's name, which is also the first `$ORIGIN`.
    public let zone: DomainName

    init(directory: String, name: String, zone: DomainName) {
        self.directory = directory
        self.name = name
        self.zone = zone
    }

    /// Where the file is, from the directory as it was given.
    public var path: String { "\(directory)\(name).zone" }
}

/// Lists the zone files of `directory`, sorted by file name. The name of a file without `.zone` is the zone's; `%2f` and
/// `%5c` stand for `/` and `\`, and `root.zone` is the root. Hidden files are left out.
public func listZoneFiles(in directory: String) -> (files: [ZoneFile], findings: [Diagnostic]) {
    guard let names = fileNames(in: directory) else {
        let reason = errno == ENOENT ? "there is no such directory" : unsafe String(cString: strerror(errno))
        return ([], [Diagnostic(file: directory, line: 0, "cannot read the directory: \(reason)")])
    }
    var files: [ZoneFile] = []
    var findings: [Diagnostic] = []
    var firstFile: [DomainName: String] = [:]
    let prefix = directory.hasSuffix("/") ? directory : directory + "/"
    for name in names.sorted() where name.hasSuffix(".zone") && !name.hasPrefix(".") {
        let path = prefix + name
        guard let zone = zoneName(of: name) else {
            let message = "the file name is not a zone name; name the file after its zone, such as example.org.zone"
            findings.append(Diagnostic(file: path, line: 0, message))
            continue
        }
        if let other = firstFile[zone] {
            let message = "the zone \(zone) is already in \(other); remove or rename one of the two files"
            findings.append(Diagnostic(file: path, line: 0, message))
            continue
        }
        firstFile[zone] = name
        files.append(ZoneFile(directory: prefix, name: String(name.dropLast(".zone".count)), zone: zone))
    }
    return (files, findings)
}

private func zoneName(of file: String) -> DomainName? {
    let text = unescaped(file.utf8.dropLast(".zone".utf8.count))
    guard text != [Octet.at], text != [Octet.dot] else { return nil }
    if text.count == 4, text.span.matches(0..<4, "ROOT") { return .root }
    return try? DomainName(presentation: text)
}

/// The octets of a file name, with what stands for `/` and `\` replaced by it.
private func unescaped(_ name: some Sequence<UInt8>) -> [UInt8] {
    var octets: [UInt8] = []
    for octet in name {
        octets.append(octet)
        guard octets.count >= 3, octets[octets.count - 3] == UInt8(ascii: "%") else { continue }
        let last = octets.count - 3..<octets.count
        guard
            let meant: Character = octets.span.matches(last, "%2F")
                ? "/" : octets.span.matches(last, "%5C") ? "\\" : nil
        else { continue }
        octets.replaceSubrange(last, with: meant.utf8)
    }
    return octets
}

/// The names in a directory; nil, with `errno` set, if it cannot be read.
private func fileNames(in directory: String) -> [String]? {
    guard let stream = unsafe opendir(directory) else { return nil }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
        let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        names.append(name)
    }
    return names
}
