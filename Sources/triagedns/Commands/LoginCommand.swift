// A link that logs a browser in, for whoever may read this machine's token.

import ArgumentParser

struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Print a link that opens the status page with the right to change things.",
        discussion: """
            The token is behind the # of the link, which browsers send to nobody. It is the one of this machine, or that of \
            TRIAGEDNS_TOKEN or TRIAGEDNS_TOKEN_FILE. Exit code 0: printed. 1: no token was found.
            """)

    @Option(help: ArgumentHelp("The server's HTTP endpoint.", valueName: "url"))
    var admin = "http://127.0.0.1:8053"

    func run() async throws {
        guard let token = try HTTPClient(url: admin).token else {
            complain(
                "error: there is no token for \(admin) on this machine that this user may read; run this as the server's user, "
                    + "or set TRIAGEDNS_TOKEN_FILE")
            throw ExitCode.failure
        }
        print("\(admin.hasSuffix("/") ? String(admin.dropLast()) : admin)/login#\(token)")
    }
}
