// The query log beside the listeners: it ends after them, so that their last messages are in it.

import Listeners
import Logging
import QueryLog
import ServerConfiguration
import ServiceLifecycle

/// Writes the query log on a thread that steps back behind those that answer.
struct QueryLogService: Service {
    let taps: QueryTaps
    let log: QueryLog

    /// Nil if there is to be no query log.
    init?(_ settings: ServerSettings, _ logger: Logger) {
        guard let wanted = settings.queryLog else { return nil }
        taps = QueryTaps(share: wanted.share, logsQueries: wanted.logsQueries, logsResponses: wanted.logsResponses)
        let output: QueryLogOptions.Output =
            switch wanted.output {
            case .socket(let path): .socket(path: path)
            case .file(let path, let longest, let keep): .file(path: path, longest: longest, keep: keep)
            }
        log = QueryLog(
            QueryLogOptions(
                output: output, identity: wanted.identity ?? settings.identity ?? "",
                version: "TriageDNS \(TriageDNS.version)",
                clientPrefix: ClientPrefix(v4: wanted.prefixLength4, v6: wanted.prefixLength6)),
            taps: taps, logger: logger)
    }

    func run() async throws {
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await BackgroundThread.run { [log] in log.run() }
            } onGracefulShutdown: {
                log.stop()
            }
        } onCancel: {
            log.stop()
        }
    }
}
