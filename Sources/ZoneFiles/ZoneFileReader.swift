// Reads the master files of one zone, record by record (RFC 1035 §5.1, RFC 2308 §4, RFC 3597 §5). All errors are
// collected; a record with an error is left out, the others still reach the sink, so that it can report its own.

public import DNSCore

/// Reads the file at `path` and all that it includes into `sink`.
/// - Parameters:
///   - displayPath: the path to print in messages.
///   - origin: the zone's name, which completes relative names until `$ORIGIN` says otherwise.
/// - Returns: everything that is wrong, at most 100 errors and 100 warnings.
public func readZoneFile<Sink: RecordSink & ~Copyable>(
    _ path: String, displayPath: String, origin: DomainName, into sink: inout Sink
) -> [Diagnostic] {
    read(path, displayPath, origin, &sink, nil)
}

/// The same for a `ZoneBuilder`. It stands here so that the reader is specialised for it: the optimiser does not
/// specialise generics across modules.
public func readZoneFile(
    _ path: String, displayPath: String, origin: DomainName, into builder: inout ZoneBuilder,
    progress: ReadingProgress? = nil
) -> [Diagnostic] {
    let findings = read(path, displayPath, origin, &builder, progress)
    if findings.contains(where: { $0.severity == .error }) { builder.isComplete = false }
    return findings
}

private func read<Sink: RecordSink & ~Copyable>(
    _ path: String, _ displayPath: String, _ origin: DomainName, _ sink: inout Sink, _ progress: ReadingProgress?
) -> [Diagnostic] {
    var reader = ZoneFileReader(origin: origin, progress: progress)
    do throws(Problem) {
        try reader.readFile(path, displayPath: displayPath, into: &sink)
    } catch {
        reader.findings.add(.error, file: displayPath, line: 0, error.message)
    }
    return reader.findings.finished()
}

/// What is remembered from record to record.
struct ZoneFileReader: ~Copyable {
    var findings = Findings()
    var place: Place
    /// Completes relative names.
    private(set) var origin: [UInt8]
    /// The owner of the record being read, and of those after it that leave theirs out.
    var owner: [UInt8] = []
    var ownerState = OwnerState.none
    /// From `$TTL`.
    var defaultTimeToLive: UInt32?
    /// The last one written in a record, which holds without `$TTL` (RFC 1035 §5.1).
    var lastTimeToLive: UInt32?
    var data: [UInt8] = []
    var typeNames = RecordTypeNames()
    var parser = RecordDataParser()
    /// The files being read, the innermost last.
    var openFiles: [SourceFile.Identity] = []
    var includeCount = 0
    private let progress: ReadingProgress?
    /// Logical lines between two words about it.
    private static let linesPerReport = 4096

    enum OwnerState { case none, known, broken }

    /// Where the record being read is written.
    struct Place {
        var path: String
        var displayPath: String
        var file: UInt16
        var line: Int
    }

    init(origin: DomainName, progress: ReadingProgress? = nil) {
        self.origin = origin.wire
        self.progress = progress
        place = Place(path: "", displayPath: "", file: 0, line: 0)
        parser.setOrigin(origin.wire)
    }

    mutating func setOrigin(_ wire: [UInt8]) {
        origin = wire
        parser.setOrigin(wire)
    }

    /// Reads one file to its end. Throws if it cannot be read at all.
    mutating func readFile<Sink: RecordSink & ~Copyable>(
        _ path: String, displayPath: String, into sink: inout Sink
    ) throws(Problem) {
        // Noted even if it cannot be read: whoever watches the files of a zone waits for it.
        let file = sink.addFile(displayPath)
        let source = try SourceFile(path: path)
        guard !openFiles.contains(source.identity) else { throw Problem("\(displayPath) includes itself") }
        openFiles.append(source.identity)
        place = Place(path: path, displayPath: displayPath, file: file, line: 0)
        var scanner = LineScanner(source.octets.span)
        var line = LogicalLine()
        var (reported, linesLeft) = (0, Self.linesPerReport)
        while scanner.next(in: source.octets.span, into: &line) {
            linesLeft -= 1
            if linesLeft == 0 {
                progress?.add(scanner.offset - reported)
                (reported, linesLeft) = (scanner.offset, Self.linesPerReport)
            }
            place.line = line.number
            if let problem = line.problem {
                findings.add(.error, file: place.displayPath, line: problem.line, problem.message)
                if !line.startsBlank, !line.text.isEmpty { ownerState = .broken }
            } else if !line.text.isEmpty {
                readEntry(line, into: &sink)
            }
        }
        progress?.add(scanner.offset - reported)
        openFiles.removeLast()
    }

    private mutating func readEntry<Sink: RecordSink & ~Copyable>(_ line: LogicalLine, into sink: inout Sink) {
        let text = line.text.span
        do throws(Problem) {
            if text[0] == Octet.dollar, !line.startsBlank {
                try readDirective(text, into: &sink)
            } else {
                try readRecord(text, startsBlank: line.startsBlank, into: &sink)
            }
        } catch {
            findings.add(.error, file: place.displayPath, line: place.line, error.message)
        }
    }

    mutating func warnOfMissingDot(_ name: String) {
        findings.add(
            .warning, file: place.displayPath, line: place.line,
            "\"\(name)\" is completed to end in the zone's name twice; did you mean \"\(name).\", with a dot at the end?"
        )
    }
}
